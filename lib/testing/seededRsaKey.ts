import { type KeyObject, checkPrimeSync, createPrivateKey } from "node:crypto";
import type { RandomBytes } from "../lock";
import { encodeInteger, encodeSequence } from "../pki/asn1";
import { inverse, toNumber } from "./numbers";

const PUBLIC_EXPONENT = 65_537n;

/** An RSA key that the drawn bytes decide: for tests alone, because a seed that everybody knows protects nothing. */
export function seededRsaKey(bits: number, randomBytes: RandomBytes): KeyObject {
  const p = drawPrime(bits / 2, randomBytes);
  const q = drawPrime(bits / 2, randomBytes);
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  // RSAPrivateKey of RFC 8017, A.1.2.
  const numbers = [0n, p * q, PUBLIC_EXPONENT, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)];
  const key = encodeSequence(...numbers.map((number) => encodeInteger(number)));
  return createPrivateKey({ key, format: "der", type: "pkcs1" });
}

/** A prime with both upper bits set, so that the product of two has exactly twice the bits. */
function drawPrime(bits: number, randomBytes: RandomBytes): bigint {
  const start = toNumber(randomBytes(bits / 8)) | (3n << BigInt(bits - 2)) | 1n;
  for (let candidate = start; ; candidate += 2n) {
    if (isPerhapsPrime(candidate) && (candidate - 1n) % PUBLIC_EXPONENT !== 0n && checkPrimeSync(candidate))
      return candidate;
  }
}

/** The product of small primes: what shares a divisor with it need not be asked OpenSSL about. */
const SMALL_PRIMES = smallPrimes(2_000);

function isPerhapsPrime(candidate: bigint): boolean {
  return SMALL_PRIMES.every((prime) => candidate % prime !== 0n);
}

function smallPrimes(below: number): readonly bigint[] {
  const numbers = Array.from({ length: below }, (_, number) => number).slice(3);
  return numbers
    .filter(
      (number) => numbers.every((divisor) => divisor >= number || number % divisor !== 0) && number % 2 === 1,
    )
    .map(BigInt);
}
