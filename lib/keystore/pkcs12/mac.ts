import { createHmac, timingSafeEqual } from "node:crypto";
import {
  type Asn1Element,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
} from "../../pki/asn1";
import {
  algorithmName,
  type ByteSource,
  type Digest,
  digestByOid,
  digestLength,
  digestOid,
  encodeHmac,
  encodePbkdf2,
  type KeyDerivation,
  type PasswordForm,
  Pkcs12Purpose,
  readHmac,
  readPbkdf2,
  SALT_LENGTH,
} from "../encryption";
import { damaged, unsupported } from "../errors";
import { pbmac1Oid } from "./oids";

/** How the integrity of a store is protected, without what differs each time it is written. */
export type MacScheme =
  /** HMAC with a key from the PKCS12 derivation (RFC 7292, 4 and B). */
  | { readonly kind: "hmac"; readonly digest: Digest; readonly iterations: number }
  /** HMAC with a key from PBKDF2 (RFC 9579). */
  | {
      readonly kind: "pbmac1";
      readonly digest: Digest;
      readonly prf: Digest;
      readonly keyLength: number;
      readonly iterations: number;
    };

/** A MacData (RFC 7292, 4) that was read. */
export interface Mac {
  readonly scheme: MacScheme;
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
}

/** Bounds of RFC 9579, section 5 and CVE-2025-11187: a short key is found by trying, a long one overruns buffers. */
const PBMAC1_KEY_LENGTHS = { shortest: 20, longest: 64 } as const;

/**
 * Reads a MacData.
 *
 * @throws StoreError `damaged`, `unsupported`
 */
export function readMac(element: Asn1Element): Mac {
  const [digestInfo, salt, iterationsElement] = readSequence(element, "MAC");
  const [algorithm, valueElement] = readSequence(digestInfo, "MAC's digest");
  const [id, parameters] = readSequence(algorithm, "MAC's algorithm");
  const oid = readObjectIdentifier(id, "MAC's algorithm");
  const value = readOctetString(valueElement, "MAC's value");
  if (oid === pbmac1Oid) return readPbmac1(parameters, value);
  const digest = digestByOid(oid);
  if (digest === undefined) throw unsupported(`integrity check with ${algorithmName(oid)}`);
  if (value.length !== digestLength(digest)) throw damaged(`a MAC of ${value.length} bytes for ${digest}`);
  const iterations =
    iterationsElement === undefined ? 1 : readSmallInteger(iterationsElement, "MAC's iteration count");
  return { scheme: { kind: "hmac", digest, iterations }, salt: readOctetString(salt, "MAC's salt"), value };
}

/** Whether the MAC is the content's under this form of the password. */
export function macMatches(
  mac: Mac,
  content: Uint8Array,
  password: PasswordForm,
  derivation: KeyDerivation,
): boolean {
  const expected = computeMac(mac.scheme, mac.salt, content, password, derivation);
  return expected.length === mac.value.length && timingSafeEqual(expected, mac.value);
}

/** Computes and encodes a MacData with a salt from the source. */
export function encodeMac(
  scheme: MacScheme,
  content: Uint8Array,
  password: PasswordForm,
  salts: ByteSource,
  derivation: KeyDerivation,
): Buffer {
  const salt = salts(SALT_LENGTH);
  const value = encodeOctetString(computeMac(scheme, salt, content, password, derivation));
  if (scheme.kind === "pbmac1") {
    const parameters = encodeSequence(encodePbkdf2({ ...scheme, salt }), encodeHmac(scheme.digest));
    const algorithm = encodeSequence(encodeObjectIdentifier(pbmac1Oid), parameters);
    // RFC 9579, section 4: the salt and the count beside a PBMAC1 are not used; OpenSSL writes these two.
    return encodeSequence(
      encodeSequence(algorithm, value),
      encodeOctetString(Buffer.from("NOT USED")),
      encodeInteger(1),
    );
  }
  const algorithm = encodeSequence(encodeObjectIdentifier(digestOid(scheme.digest)), encodeNull());
  return encodeSequence(
    encodeSequence(algorithm, value),
    encodeOctetString(salt),
    encodeInteger(scheme.iterations),
  );
}

function readPbmac1(parameters: Asn1Element | undefined, value: Uint8Array): Mac {
  const [derivation, hmac] = readSequence(parameters, "PBMAC1 parameters");
  const { prf, salt, iterations, keyLength } = readPbkdf2(derivation);
  if (keyLength === undefined) throw damaged("a PBMAC1 without key length, which RFC 9579 demands");
  const { shortest, longest } = PBMAC1_KEY_LENGTHS;
  if (keyLength < shortest || keyLength > longest) {
    throw damaged(`a PBMAC1 with a key of ${keyLength} bytes; RFC 9579 allows ${shortest} to ${longest}`);
  }
  const digest = readHmac(hmac);
  if (value.length !== digestLength(digest))
    throw damaged(`a MAC of ${value.length} bytes for HMAC with ${digest}`);
  return { scheme: { kind: "pbmac1", digest, prf, keyLength, iterations }, salt, value };
}

function computeMac(
  scheme: MacScheme,
  salt: Uint8Array,
  content: Uint8Array,
  password: PasswordForm,
  derivation: KeyDerivation,
): Buffer {
  const { digest, iterations } = scheme;
  const key =
    scheme.kind === "pbmac1"
      ? derivation.pbkdf2(scheme.prf, password.utf8, salt, iterations, scheme.keyLength)
      : derivation.pkcs12(digest, password.bmp, salt, iterations, Pkcs12Purpose.mac, digestLength(digest));
  return createHmac(digest, key).update(content).digest();
}
