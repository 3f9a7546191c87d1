/** Content types (RFC 5652, 4 and 8). */
export const ContentType = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  envelopedData: "1.2.840.113549.1.7.3",
  encryptedData: "1.2.840.113549.1.7.6",
} as const;

/** Bag types (RFC 7292, 4.2) that are looked into; all others are carried along. */
export const BagType = {
  shroudedKey: "1.2.840.113549.1.12.10.1.2",
  certificate: "1.2.840.113549.1.12.10.1.3",
  secret: "1.2.840.113549.1.12.10.1.5",
} as const;

/** Type of a certificate within its bag (RFC 7292, 4.2.3). */
export const x509CertificateOid = "1.2.840.113549.1.9.22.1";

/** Attributes of bags (RFC 2985, 5.5). */
export const AttributeType = {
  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
  /** Oracle's mark of a certificate that is to be trusted; Java shows no other one as trusted. */
  trustedKeyUsage: "2.16.840.1.113894.746875.1.1",
} as const;

/** Value of trustedKeyUsage that the JDK writes. */
export const anyExtendedKeyUsageOid = "2.5.29.37.0";

/** MAC by password alone (RFC 8018, 7.1; RFC 9579). */
export const pbmac1Oid = "1.2.840.113549.1.5.14";
