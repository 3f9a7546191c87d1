/** Object identifiers that are compared with or written. */
export const Oid = {
  rsaEncryption: "1.2.840.113549.1.1.1",
  rsassaPss: "1.2.840.113549.1.1.10",
  ecPublicKey: "1.2.840.10045.2.1",
  dsa: "1.2.840.10040.4.1",
  ed25519: "1.3.101.112",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  ecdsaWithSha384: "1.2.840.10045.4.3.3",
  ecdsaWithSha512: "1.2.840.10045.4.3.4",

  commonName: "2.5.4.3",
  country: "2.5.4.6",
  locality: "2.5.4.7",
  state: "2.5.4.8",
  organization: "2.5.4.10",
  organizationalUnit: "2.5.4.11",

  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  policyMappings: "2.5.29.33",
  authorityKeyIdentifier: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extendedKeyUsage: "2.5.29.37",
  inhibitAnyPolicy: "2.5.29.54",
  netscapeCertificateType: "2.16.840.1.113730.1.1",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  ocsp: "1.3.6.1.5.5.7.48.1",

  signedData: "1.2.840.113549.1.7.2",
  extensionRequest: "1.2.840.113549.1.9.14",
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacWithSha256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
} as const;

/** Signature algorithms by the names OpenSSL prints. */
export const signatureAlgorithmNames: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.2", "md2WithRSAEncryption"],
  ["1.2.840.113549.1.1.4", "md5WithRSAEncryption"],
  ["1.2.840.113549.1.1.5", "sha1WithRSAEncryption"],
  ["1.2.840.113549.1.1.10", "rsassaPss"],
  [Oid.sha256WithRsa, "sha256WithRSAEncryption"],
  ["1.2.840.113549.1.1.12", "sha384WithRSAEncryption"],
  ["1.2.840.113549.1.1.13", "sha512WithRSAEncryption"],
  ["1.2.840.113549.1.1.14", "sha224WithRSAEncryption"],
  ["1.2.840.10045.4.1", "ecdsa-with-SHA1"],
  ["1.2.840.10045.4.3.1", "ecdsa-with-SHA224"],
  [Oid.ecdsaWithSha256, "ecdsa-with-SHA256"],
  [Oid.ecdsaWithSha384, "ecdsa-with-SHA384"],
  [Oid.ecdsaWithSha512, "ecdsa-with-SHA512"],
  ["1.2.840.10040.4.3", "dsaWithSHA1"],
  ["2.16.840.1.101.3.4.3.1", "dsa_with_SHA224"],
  ["2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"],
  ["2.16.840.1.101.3.4.3.9", "ecdsa_with_SHA3-224"],
  ["2.16.840.1.101.3.4.3.10", "ecdsa_with_SHA3-256"],
  ["2.16.840.1.101.3.4.3.11", "ecdsa_with_SHA3-384"],
  ["2.16.840.1.101.3.4.3.12", "ecdsa_with_SHA3-512"],
  ["2.16.840.1.101.3.4.3.13", "RSA-SHA3-224"],
  ["2.16.840.1.101.3.4.3.14", "RSA-SHA3-256"],
  ["2.16.840.1.101.3.4.3.15", "RSA-SHA3-384"],
  ["2.16.840.1.101.3.4.3.16", "RSA-SHA3-512"],
  [Oid.ed25519, "ED25519"],
  ["1.3.101.113", "ED448"],
]);

/** Named curves (RFC 5480, 2.1.1.1; SEC 2) by the names people know. */
export const curveNames: ReadonlyMap<string, string> = new Map([
  ["1.2.840.10045.3.1.1", "P-192"],
  ["1.3.132.0.33", "P-224"],
  ["1.2.840.10045.3.1.7", "P-256"],
  ["1.3.132.0.34", "P-384"],
  ["1.3.132.0.35", "P-521"],
  ["1.3.132.0.10", "secp256k1"],
  ["1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"],
  ["1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"],
  ["1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"],
]);

/** Keys whose algorithm identifier says it all. */
export const plainKeyNames: ReadonlyMap<string, string> = new Map([
  [Oid.ed25519, "Ed25519"],
  ["1.3.101.113", "Ed448"],
  ["1.3.101.110", "X25519"],
  ["1.3.101.111", "X448"],
]);

/** Purposes of RFC 5280, 4.2.1.12, and the two old ones that let exported browsers step up. */
export const extendedKeyUsageNames: ReadonlyMap<string, string> = new Map([
  ["1.3.6.1.5.5.7.3.1", "serverAuth"],
  ["1.3.6.1.5.5.7.3.2", "clientAuth"],
  ["1.3.6.1.5.5.7.3.3", "codeSigning"],
  ["1.3.6.1.5.5.7.3.4", "emailProtection"],
  ["1.3.6.1.5.5.7.3.8", "timeStamping"],
  ["1.3.6.1.5.5.7.3.9", "OCSPSigning"],
  ["2.5.29.37.0", "anyExtendedKeyUsage"],
  ["1.3.6.1.4.1.311.10.3.3", "msSGC"],
  ["2.16.840.1.113730.4.1", "nsSGC"],
]);

/** Bits of keyUsage (RFC 5280, 4.2.1.3), the first bit first. */
export const keyUsageNames = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;

export type KeyUsage = (typeof keyUsageNames)[number];

/** Bits of Netscape's certificate type, the first bit first; JSSE still looks at it. */
export const netscapeCertificateTypeNames = [
  "sslClient",
  "sslServer",
  "email",
  "objectSigning",
  "reserved",
  "sslCA",
  "emailCA",
  "objectSigningCA",
] as const;

/** Critical extensions that path validation processes (RFC 5280, 4.2, and JSSE's nsCertType). */
export const processedExtensions: ReadonlySet<string> = new Set([
  Oid.keyUsage,
  Oid.subjectAltName,
  Oid.basicConstraints,
  Oid.nameConstraints,
  Oid.certificatePolicies,
  Oid.policyMappings,
  Oid.policyConstraints,
  Oid.extendedKeyUsage,
  Oid.inhibitAnyPolicy,
  Oid.netscapeCertificateType,
]);

/** The identifier for a name out of one of the tables above. */
export function oidOf(names: ReadonlyMap<string, string>, name: string): string | undefined {
  for (const [oid, known] of names) if (known === name) return oid;
  return undefined;
}
