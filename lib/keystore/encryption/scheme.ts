import {
  type Asn1Element,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  expectTag,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
  Tag,
} from "../../pki/asn1";
import { damaged, unsupported } from "../errors";
import { type Digest, hmacByOid, hmacOid } from "./digest";

/** How a key or a group of certificates is encrypted under a password. */
export type EncryptionScheme = Pbes1Scheme | Pbes2Scheme;

/**
 * The PKCS12 algorithms (RFC 7292, appendix C), whose key and IV come from the PKCS12 derivation with SHA-1, and
 * PBE-MD5-DES (RFC 8018, A.3), whose `des-md5` come from PBKDF1.
 */
export interface Pbes1Scheme {
  readonly kind: "pbes1";
  readonly cipher: "3des" | "3des-2key" | "rc2-128" | "rc2-40" | "rc4-128" | "rc4-40" | "des-md5";
  readonly iterations: number;
}

/** PBES2 (RFC 8018, 6.2): PBKDF2 and a CBC cipher with an IV of its own. */
export interface Pbes2Scheme {
  readonly kind: "pbes2";
  /** Hash of PBKDF2's HMAC. */
  readonly prf: Digest;
  readonly cipher: "aes-128" | "aes-192" | "aes-256" | "3des";
  readonly iterations: number;
}

/** A scheme with the salt and IV of one encryption. */
export type EncryptionParameters =
  | { readonly scheme: Pbes1Scheme; readonly salt: Uint8Array }
  | { readonly scheme: Pbes2Scheme; readonly salt: Uint8Array; readonly iv: Uint8Array };

/** What PBKDF2 is told besides the password. */
export interface Pbkdf2Parameters {
  readonly prf: Digest;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Absent where the file leaves it to the cipher. */
  readonly keyLength?: number;
}

export const pbes2Oid = "1.2.840.113549.1.5.13";
export const pbkdf2Oid = "1.2.840.113549.1.5.12";

const pbes1Oids: Readonly<Record<Pbes1Scheme["cipher"], string>> = {
  "3des": "1.2.840.113549.1.12.1.3",
  "3des-2key": "1.2.840.113549.1.12.1.4",
  "rc2-128": "1.2.840.113549.1.12.1.5",
  "rc2-40": "1.2.840.113549.1.12.1.6",
  "rc4-128": "1.2.840.113549.1.12.1.1",
  "rc4-40": "1.2.840.113549.1.12.1.2",
  "des-md5": "1.2.840.113549.1.5.3",
};

const pbes2CipherOids: Readonly<Record<Pbes2Scheme["cipher"], string>> = {
  "aes-128": "2.16.840.1.101.3.4.1.2",
  "aes-192": "2.16.840.1.101.3.4.1.22",
  "aes-256": "2.16.840.1.101.3.4.1.42",
  "3des": "1.2.840.113549.3.7",
};

/** Algorithms that are met and not supported, by the names people search for. */
const knownNames: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.5.1": "PBE-MD2-DES",
  "1.2.840.113549.1.5.3": "PBE-MD5-DES",
  "1.2.840.113549.1.5.4": "PBE-MD2-RC2",
  "1.2.840.113549.1.5.6": "PBE-MD5-RC2",
  "1.2.840.113549.1.5.10": "PBE-SHA1-DES",
  "1.2.840.113549.1.5.11": "PBE-SHA1-RC2-64",
  "1.2.840.113549.1.5.13": "PBES2",
  "1.2.840.113549.1.12.1.3": "PBE-SHA1-3DES",
  "1.2.840.113549.1.12.1.4": "PBE-SHA1-3DES with two keys",
  "1.2.840.113549.1.12.1.5": "PBE-SHA1-RC2-128",
  "1.2.840.113549.1.12.1.6": "PBE-SHA1-RC2-40",
  "1.2.840.113549.1.12.1.1": "PBE-SHA1-RC4-128",
  "1.2.840.113549.1.12.1.2": "PBE-SHA1-RC4-40",
  "1.3.6.1.4.1.11591.4.11": "scrypt",
  "1.2.840.113549.3.2": "RC2-CBC",
  "1.3.14.3.2.7": "DES-CBC",
  "2.16.840.1.101.3.4.1.6": "AES-128-GCM",
  "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
  "1.3.6.1.4.1.42.2.17.1.1": "the key protection of JKS",
  "1.3.6.1.4.1.42.2.19.1": "the key protection of JCEKS",
};

/** Bytes of the cipher's key. */
export function cipherKeyLength(cipher: EncryptionScheme["cipher"]): number {
  return {
    "aes-128": 16,
    "aes-192": 24,
    "aes-256": 32,
    "3des": 24,
    "3des-2key": 16,
    "rc2-128": 16,
    "rc2-40": 5,
    "rc4-128": 16,
    "rc4-40": 5,
    "des-md5": 8,
  }[cipher];
}

/** Bytes of the cipher's block, and so of its IV; RC4 goes byte by byte and has none. */
export function cipherBlockLength(cipher: EncryptionScheme["cipher"]): number {
  if (cipher === "rc4-128" || cipher === "rc4-40") return 1;
  return cipher.startsWith("aes") ? 16 : 8;
}

/** Name of an algorithm that cannot be used, with its OID. */
export function algorithmName(oid: string): string {
  const name = knownNames[oid];
  return name === undefined ? `algorithm ${oid}` : `${name} (${oid})`;
}

/**
 * Reads the AlgorithmIdentifier of something encrypted.
 *
 * @throws StoreError `damaged`, `unsupported`
 */
export function readEncryptionAlgorithm(element: Asn1Element | undefined): EncryptionParameters {
  const [id, parameters] = readSequence(element, "encryption algorithm");
  const oid = readObjectIdentifier(id, "encryption algorithm's id");
  if (oid === pbes2Oid) return readPbes2(parameters);
  const cipher = keyOf(pbes1Oids, oid);
  if (cipher === undefined) throw unsupported(`encryption with ${algorithmName(oid)}`);
  const [salt, iterations] = readSequence(parameters, "PBE parameters");
  return {
    scheme: { kind: "pbes1", cipher, iterations: readSmallInteger(iterations, "iteration count") },
    salt: readOctetString(salt, "salt"),
  };
}

/** Encodes what `readEncryptionAlgorithm` reads. */
export function encodeEncryptionAlgorithm(parameters: EncryptionParameters): Buffer {
  if (!("iv" in parameters)) {
    return encodeSequence(
      encodeObjectIdentifier(pbes1Oids[parameters.scheme.cipher]),
      encodeSequence(encodeOctetString(parameters.salt), encodeInteger(parameters.scheme.iterations)),
    );
  }
  const { scheme, salt, iv } = parameters;
  // The key length is optional, but early PBES2 readers of the JDK insist on it.
  const derivation = encodePbkdf2({ ...scheme, salt, keyLength: cipherKeyLength(scheme.cipher) });
  const encryption = encodeSequence(
    encodeObjectIdentifier(pbes2CipherOids[scheme.cipher]),
    encodeOctetString(iv),
  );
  return encodeSequence(encodeObjectIdentifier(pbes2Oid), encodeSequence(derivation, encryption));
}

/** Reads the AlgorithmIdentifier of a key derivation, which must be PBKDF2 (RFC 8018, A.2). */
export function readPbkdf2(element: Asn1Element | undefined): Pbkdf2Parameters {
  const [id, parameters] = readSequence(element, "key derivation");
  const oid = readObjectIdentifier(id, "key derivation's id");
  if (oid !== pbkdf2Oid) throw unsupported(`key derivation with ${algorithmName(oid)}`);
  const [salt, iterations, ...optional] = readSequence(parameters, "PBKDF2 parameters");
  const length = optional[0]?.tag === Tag.integer ? optional.shift() : undefined;
  return {
    salt: expectTag(salt, Tag.octetString, "PBKDF2 salt").content,
    iterations: readSmallInteger(iterations, "iteration count"),
    ...(length === undefined ? {} : { keyLength: readSmallInteger(length, "PBKDF2 key length") }),
    prf: optional[0] === undefined ? "sha1" : readHmac(optional[0]),
  };
}

/** Encodes what `readPbkdf2` reads; HMAC-SHA1 is the default and so left out (X.690, 11.5). */
export function encodePbkdf2({ prf, salt, iterations, keyLength }: Pbkdf2Parameters): Buffer {
  const parts = [encodeOctetString(salt), encodeInteger(iterations)];
  if (keyLength !== undefined) parts.push(encodeInteger(keyLength));
  if (prf !== "sha1") parts.push(encodeHmac(prf));
  return encodeSequence(encodeObjectIdentifier(pbkdf2Oid), encodeSequence(...parts));
}

/** Reads the AlgorithmIdentifier of an HMAC. */
export function readHmac(element: Asn1Element | undefined): Digest {
  const [id] = readSequence(element, "HMAC");
  const oid = readObjectIdentifier(id, "HMAC's id");
  const digest = hmacByOid(oid);
  if (digest === undefined) throw unsupported(`HMAC with ${algorithmName(oid)}`);
  return digest;
}

export function encodeHmac(digest: Digest): Buffer {
  return encodeSequence(encodeObjectIdentifier(hmacOid(digest)), encodeNull());
}

/** OID of the algorithm in an EncryptedPrivateKeyInfo. */
export function encryptionAlgorithmOid(encryptedPrivateKeyInfo: Uint8Array): string {
  const [algorithm] = readSequence(readAsn1(encryptedPrivateKeyInfo), "encrypted private key");
  return readObjectIdentifier(
    readSequence(algorithm, "encryption algorithm")[0],
    "encryption algorithm's id",
  );
}

function readPbes2(parameters: Asn1Element | undefined): EncryptionParameters {
  const [derivation, encryption] = readSequence(parameters, "PBES2 parameters");
  const { prf, salt, iterations, keyLength } = readPbkdf2(derivation);
  const [cipherId, ivElement] = readSequence(encryption, "PBES2 cipher");
  const oid = readObjectIdentifier(cipherId, "PBES2 cipher's id");
  const cipher = keyOf(pbes2CipherOids, oid);
  if (cipher === undefined) throw unsupported(`encryption with ${algorithmName(oid)}`);
  if (keyLength !== undefined && keyLength !== cipherKeyLength(cipher)) {
    throw damaged(
      `a key length of ${keyLength} for ${cipher.toUpperCase()}, which takes ${cipherKeyLength(cipher)}`,
    );
  }
  const iv = readOctetString(ivElement, "IV");
  if (iv.length !== cipherBlockLength(cipher))
    throw damaged(`an IV of ${iv.length} bytes for ${cipher.toUpperCase()}`);
  return { scheme: { kind: "pbes2", prf, cipher, iterations }, salt, iv };
}

function keyOf<Key extends string>(oids: Readonly<Record<Key, string>>, wanted: string): Key | undefined {
  for (const key in oids) if (oids[key] === wanted) return key;
  return undefined;
}
