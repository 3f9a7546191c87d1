/** One name in a certificate's subjectAltName extension (RFC 5280, 4.2.1.6). */
export interface SubjectAltName {
  readonly kind: "dns" | "ip" | "email" | "uri";
  readonly value: string;
}

/** The attributes of a distinguished name that people write, in the order they are printed. */
export interface DistinguishedName {
  readonly commonName: string;
  readonly organizationalUnit?: string;
  readonly organization?: string;
  readonly locality?: string;
  readonly state?: string;
  readonly country?: string;
}

/** Kinds of key that can be generated, by the names people know them under. */
export type KeyAlgorithm = "rsa-2048" | "rsa-3072" | "rsa-4096" | "ec-p256" | "ec-p384" | "ed25519";

/** Purposes in the extendedKeyUsage extension (RFC 5280, 4.2.1.12). */
export type ExtendedKeyUsage = "serverAuth" | "clientAuth";

/** What people and tools need to know of a certificate; fingerprints as keytool prints them (`AB:CD:…`). */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, lower case, without leading zeros, as keytool prints it. */
  readonly serialNumber: string;
  /** ISO 8601, UTC, seconds. */
  readonly notBefore: string;
  /** ISO 8601, UTC, seconds. */
  readonly notAfter: string;
  /** For example `RSA 2048`, `EC P-256`, `Ed25519`. */
  readonly keyAlgorithm: string;
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly sha1: string;
  readonly sha256: string;
}
