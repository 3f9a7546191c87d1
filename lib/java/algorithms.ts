import type { Certificate } from "../pki";
import { CURVES, KEY_BITS, refusal, type Refusal } from "../rules";
import { keyTypeOf } from "./keyType";
import { REFUSED_SIGNATURES } from "./limits";

/**
 * Whether Java refuses the algorithms of a certificate in a chain: its key, and (but for an anchor) its signature.
 * Found by experiment with private authorities: RSA 1024 and SHA-1 pass.
 */
export function refusedAlgorithm(certificate: Certificate, role: "chain" | "anchor"): Refusal | undefined {
  const problem = refusedKey(certificate) ?? (role === "anchor" ? undefined : refusedSignature(certificate));
  if (problem === undefined) return undefined;
  return refusal(
    "algorithm-refused",
    `Java refuses the certificate of ${certificate.toString()} for its ${problem}`,
    undefined,
    { of: "Algorithm" },
  );
}

function refusedKey(certificate: Certificate): string | undefined {
  const [, size = ""] = certificate.keyAlgorithm.split(" ");
  const keyType = keyTypeOf(certificate);
  switch (keyType) {
    case "RSA":
    case "RSASSA-PSS":
    case "DSA": {
      const least = KEY_BITS[keyType].refused;
      return Number(size) < least
        ? `key, ${certificate.keyAlgorithm}: ${least} bits or more are allowed`
        : undefined;
    }
    case "EC":
      return CURVES.has(size)
        ? undefined
        : `key, ${certificate.keyAlgorithm}: only ${[...CURVES].join(", ")} are known`;
    case "EdDSA":
      return undefined;
    default:
      return `key, ${certificate.keyAlgorithm}`;
  }
}

function refusedSignature({ signatureAlgorithm }: Certificate): string | undefined {
  const match = REFUSED_SIGNATURES.find(([pattern]) => pattern.test(signatureAlgorithm));
  return match === undefined ? undefined : `signature algorithm, ${signatureAlgorithm}${match[1]}`;
}
