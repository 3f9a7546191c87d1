import { hash } from "node:crypto";

/** Digest of a certificate or a file as keytool prints fingerprints: `AB:CD:…`. */
export function fingerprint(algorithm: "sha1" | "sha256", bytes: Uint8Array): string {
  const digest = hash(algorithm, bytes, "hex").toUpperCase();
  return (digest.match(/../g) ?? []).join(":");
}

/** A fingerprint's start, which tells certificates apart in names: `abcd0123`. */
export function shortFingerprint(sha256: string): string {
  return plainFingerprint(sha256).slice(0, 8).toLowerCase();
}

/** A fingerprint without its colons: `ABCD…`, as Azure shows a thumbprint. */
export function plainFingerprint(fingerprintText: string): string {
  return fingerprintText.replaceAll(":", "");
}
