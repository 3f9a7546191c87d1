/** The newest release whose rules are known, which are the strictest. */
export const STRICTEST_RELEASE = 25;

/** Signature algorithms that Java refuses in certificates, and since when. */
export const REFUSED_SIGNATURES: readonly (readonly [pattern: RegExp, note: string])[] = [
  [/md[245]/i, ""],
  [/sha3-/i, ""],
  [/sha-?224/i, " (Java 25 in TLS 1.3 does)"],
  [/^dsa/i, " (Java 25 in TLS 1.3 does)"],
];

/** Key types as JSSE asks for them, first come first served (found by experiment, JDK 17 and 25). */
export const KEY_TYPES = ["EC", "EdDSA", "RSA", "RSASSA-PSS", "DSA"] as const;
