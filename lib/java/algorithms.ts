import type { Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";
import { keyTypeOf } from "./keyManager";

/** Signature algorithms that Java refuses in certificates, and since when. */
const refusedHashes: readonly (readonly [pattern: RegExp, note: string])[] = [
  [/md[245]/i, ""],
  [/sha3/i, ""],
  [/sha-?224/i, " (Java 25 in TLS 1.3 does)"],
  [/^dsa/i, " (Java 25 in TLS 1.3 does)"],
];

const curves = new Set(["P-256", "P-384", "P-521"]);

/**
 * Whether Java refuses the algorithms of a certificate in a chain: its key, and (but for an anchor) its signature.
 * Found by experiment with private authorities: RSA 1024 and SHA-1 pass.
 */
export function refusedAlgorithm(certificate: Certificate, role: "chain" | "anchor"): Refusal | undefined {
  const problem = refusedKey(certificate) ?? (role === "anchor" ? undefined : refusedSignature(certificate));
  if (problem === undefined) return undefined;
  return refusal(
    "algorithm-refused",
    `Java refuses the certificate of ${certificate.toString()} for its ${problem} ("Algorithm constraints check failed", "certificate_unknown")`,
    "issue it again with RSA 2048 or more, or EC P-256, and SHA-256",
  );
}

function refusedKey(certificate: Certificate): string | undefined {
  const [, size = ""] = certificate.keyAlgorithm.split(" ");
  const tooSmall = Number(size) < 1024;
  switch (keyTypeOf(certificate)) {
    case "RSA":
    case "RSASSA-PSS":
    case "DSA":
      return tooSmall ? `key, ${certificate.keyAlgorithm}: 1024 bits or more are allowed` : undefined;
    case "EC":
      return curves.has(size)
        ? undefined
        : `key, ${certificate.keyAlgorithm}: only ${[...curves].join(", ")} are known`;
    case "EdDSA":
      return undefined;
    default:
      return `key, ${certificate.keyAlgorithm}`;
  }
}

function refusedSignature({ signatureAlgorithm }: Certificate): string | undefined {
  const match = refusedHashes.find(([pattern]) => pattern.test(signatureAlgorithm));
  return match === undefined ? undefined : `signature algorithm, ${signatureAlgorithm}${match[1]}`;
}
