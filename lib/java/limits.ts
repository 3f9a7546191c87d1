/** Key types as JSSE asks for them, first come first served (found by experiment, JDK 17 and 25). */
export const KEY_TYPES = ["EC", "EdDSA", "RSA", "RSASSA-PSS", "DSA"] as const;
