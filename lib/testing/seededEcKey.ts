import { type KeyObject, createECDH, createHash, createHmac, createPrivateKey } from "node:crypto";
import type { RandomBytes } from "../lock";
import type { Signature } from "../pki";
import { encodeInteger, encodeSequence } from "../pki/asn1";
import { inverse, toBytes, toNumber } from "./numbers";

/** A curve with the order of its group (SEC 2, 2.4.2 and 2.5.1) and the bytes of a number of it. */
interface Curve {
  readonly name: "P-256" | "P-384";
  readonly openssl: "prime256v1" | "secp384r1";
  readonly order: bigint;
  readonly length: number;
}

const CURVES: Readonly<Record<"ec-p256" | "ec-p384", Curve>> = {
  "ec-p256": {
    name: "P-256",
    openssl: "prime256v1",
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    length: 32,
  },
  "ec-p384": {
    name: "P-384",
    openssl: "secp384r1",
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    length: 48,
  },
};

/** A key on a curve that the drawn bytes decide: for tests alone. */
export function seededEcKey(algorithm: "ec-p256" | "ec-p384", randomBytes: RandomBytes): KeyObject {
  const { name, openssl, order, length } = CURVES[algorithm];
  const d = toBytes((toNumber(randomBytes(length)) % (order - 1n)) + 1n, length);
  const ecdh = createECDH(openssl);
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + length), point.subarray(1 + length)];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
  return createPrivateKey({
    format: "jwk",
    key: { kty: "EC", crv: name, d: text(d), x: text(x), y: text(y) },
  });
}

/**
 * An ECDSA signature that key and message decide (RFC 6979), where OpenSSL's are random: so a certificate has the same
 * bytes on every run.
 */
export function signRepeatably(key: KeyObject, { digest }: Signature, data: Uint8Array): Buffer {
  const { crv, d: secret = "" } = key.export({ format: "jwk" });
  const curve = crv === "P-384" ? CURVES["ec-p384"] : CURVES["ec-p256"];
  const { order, length } = curve;
  const algorithm = digest ?? "sha256";
  const hash = createHash(algorithm).update(data).digest();
  const d = toNumber(Buffer.from(secret, "base64url"));
  // Hash and curve are of one length here (`signatureFor`), so that no bits are cut off.
  const message = toNumber(hash);
  for (const k of nonces(algorithm, toBytes(d, length), toBytes(message % order, length), curve)) {
    const ecdh = createECDH(curve.openssl);
    ecdh.setPrivateKey(toBytes(k, length));
    const r = toNumber(ecdh.getPublicKey().subarray(1, 1 + length)) % order;
    const s = (inverse(k, order) * (message + r * d)) % order;
    if (r !== 0n && s !== 0n) return encodeSequence(encodeInteger(r), encodeInteger(s));
  }
  throw new RangeError("no number was left to sign with");
}

/** RFC 6979, 3.2: numbers to sign with, out of a generator (HMAC-DRBG) that key and message seed. */
function* nonces(algorithm: string, key: Uint8Array, message: Uint8Array, { order, length }: Curve) {
  const hmac = (secret: Uint8Array, ...parts: readonly Uint8Array[]): Buffer =>
    parts.reduce((mac, part) => mac.update(part), createHmac(algorithm, secret)).digest();
  let v: Buffer = Buffer.alloc(length, 1);
  let k: Buffer = Buffer.alloc(length, 0);
  for (const separator of [0, 1]) {
    k = hmac(k, v, Buffer.from([separator]), key, message);
    v = hmac(k, v);
  }
  for (;;) {
    v = hmac(k, v);
    const candidate = toNumber(v);
    if (candidate > 0n && candidate < order) yield candidate;
    k = hmac(k, v, Buffer.from([0]));
    v = hmac(k, v);
  }
}
