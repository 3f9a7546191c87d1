import { VectorReader } from "./vectors";

/** What a server asks of its clients, as its own message says it. */
export interface CertificateRequest {
  /** DER of the names of authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly Uint8Array[];
  /** Signatures by which a client may prove itself, by their names in RFC 8446, 4.2.3, in the server's order. */
  readonly schemes: readonly string[];
  /** Signatures that it takes in certificates. @default - the same, as in TLS 1.2 */
  readonly certificateSchemes?: readonly string[];
  /** Kinds of keys that it takes, of TLS 1.2 (RFC 5246, 7.4.4). @default - none are named, as in TLS 1.3 */
  readonly certificateTypes?: readonly string[];
  /** Octets of the whole message, which some clients limit. */
  readonly length: number;
}

/** Extensions of TLS 1.3 (RFC 8446, 4.2). */
const Extension = { signatureAlgorithms: 13, certificateAuthorities: 47, certificateSignatures: 50 } as const;

/** A message's type and length stand before it. */
const HEADER_LENGTH = 4;

const schemes: Readonly<Record<number, string>> = {
  0x0403: "ecdsa_secp256r1_sha256",
  0x0503: "ecdsa_secp384r1_sha384",
  0x0603: "ecdsa_secp521r1_sha512",
  0x0807: "ed25519",
  0x0808: "ed448",
  0x0804: "rsa_pss_rsae_sha256",
  0x0805: "rsa_pss_rsae_sha384",
  0x0806: "rsa_pss_rsae_sha512",
  0x0809: "rsa_pss_pss_sha256",
  0x080a: "rsa_pss_pss_sha384",
  0x080b: "rsa_pss_pss_sha512",
  0x0401: "rsa_pkcs1_sha256",
  0x0501: "rsa_pkcs1_sha384",
  0x0601: "rsa_pkcs1_sha512",
  0x0402: "dsa_sha256",
  0x0303: "ecdsa_sha224",
  0x0301: "rsa_sha224",
  0x0302: "dsa_sha224",
  0x0203: "ecdsa_sha1",
  0x0201: "rsa_pkcs1_sha1",
  0x0202: "dsa_sha1",
};

const certificateTypes: Readonly<Record<number, string>> = {
  1: "rsa_sign",
  2: "dss_sign",
  3: "rsa_fixed_dh",
  4: "dss_fixed_dh",
  64: "ecdsa_sign",
  65: "rsa_fixed_ecdh",
  66: "ecdsa_fixed_ecdh",
};

/** Reads the message `CertificateRequest`. */
export function readCertificateRequest(body: Buffer, isTls13: boolean): CertificateRequest {
  const reader = new VectorReader(body);
  const length = body.length + HEADER_LENGTH;
  const before = reader.vector(1);
  if (!isTls13) {
    const types = [...before].map((type) => certificateTypes[type] ?? String(type));
    return {
      schemes: schemesIn(reader.vector(2)),
      authorities: namesIn(reader.vector(2)),
      certificateTypes: types,
      length,
    };
  }
  const extensions = new Map<number, Buffer>();
  const list = new VectorReader(reader.vector(2));
  while (list.hasMore) {
    const type = list.number(2);
    extensions.set(type, list.vector(2));
  }
  const listIn = (type: number): Buffer =>
    new VectorReader(extensions.get(type) ?? Buffer.alloc(0)).vector(2);
  return {
    schemes: schemesIn(listIn(Extension.signatureAlgorithms)),
    ...(extensions.has(Extension.certificateSignatures)
      ? { certificateSchemes: schemesIn(listIn(Extension.certificateSignatures)) }
      : {}),
    authorities: namesIn(listIn(Extension.certificateAuthorities)),
    length,
  };
}

function schemesIn(list: Buffer): string[] {
  const reader = new VectorReader(list);
  const named: string[] = [];
  while (reader.hasMore) {
    const code = reader.number(2);
    named.push(schemes[code] ?? `0x${code.toString(16).padStart(4, "0")}`);
  }
  return named;
}

function namesIn(list: Buffer): Uint8Array[] {
  return new VectorReader(list).vectors(2);
}
