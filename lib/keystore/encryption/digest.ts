/** Hashes that stores use in key derivations and MACs, by the names `node:crypto` knows. */
export type Digest = "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "sha512-224" | "sha512-256";

/** Hash OIDs (RFC 8017, appendix B.1), as the MAC of a PKCS12 names them. */
const digestOids: Readonly<Record<Digest, string>> = {
  sha1: "1.3.14.3.2.26",
  sha224: "2.16.840.1.101.3.4.2.4",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  "sha512-224": "2.16.840.1.101.3.4.2.5",
  "sha512-256": "2.16.840.1.101.3.4.2.6",
};

/** HMAC OIDs (RFC 8018, appendix B.1), as PBKDF2 and PBMAC1 name them. */
const hmacOids: Readonly<Record<Digest, string>> = {
  sha1: "1.2.840.113549.2.7",
  sha224: "1.2.840.113549.2.8",
  sha256: "1.2.840.113549.2.9",
  sha384: "1.2.840.113549.2.10",
  sha512: "1.2.840.113549.2.11",
  "sha512-224": "1.2.840.113549.2.12",
  "sha512-256": "1.2.840.113549.2.13",
};

const lengths: Readonly<Record<Digest, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  "sha512-224": 28,
  "sha512-256": 32,
};

const digestsByOid = invert(digestOids);
const hmacsByOid = invert(hmacOids);

export function digestOid(digest: Digest): string {
  return digestOids[digest];
}

export function hmacOid(digest: Digest): string {
  return hmacOids[digest];
}

/** The hash that an OID names; undefined for those that are not supported. */
export function digestByOid(oid: string): Digest | undefined {
  return digestsByOid.get(oid);
}

/** The hash of the HMAC that an OID names; undefined for those that are not supported. */
export function hmacByOid(oid: string): Digest | undefined {
  return hmacsByOid.get(oid);
}

/** Output length in bytes. */
export function digestLength(digest: Digest): number {
  return lengths[digest];
}

/** Input block length in bytes (FIPS 180-4). */
export function digestBlockLength(digest: Digest): number {
  return digest === "sha1" || digest === "sha224" || digest === "sha256" ? 64 : 128;
}

function invert<Key extends string>(oids: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> {
  const inverted = new Map<string, Key>();
  for (const key in oids) inverted.set(oids[key], key);
  return inverted;
}
