import { childrenOf, readAsn1Prefix, readObjectIdentifier, Tag, type Asn1Element } from "../pki/asn1";
import { PkiError } from "../pki";
import { JCEKS_MAGIC, JKS_MAGIC } from "./jks/jks";

/** What a file turns out to hold, whatever its name says. */
export type DetectedFormat =
  | "jks"
  | "jceks"
  | "pkcs12"
  /** Bouncy Castle's own stores: known by name, and not read. */
  | "bks"
  | "uber"
  | "bcfks"
  /** Text with one or more `-----BEGIN …-----` blocks. */
  | "pem"
  /** One certificate in DER. */
  | "certificate"
  /** A bundle of certificates (`.p7b`) in DER. */
  | "pkcs7"
  /** A private key in DER: PKCS#8, PKCS#1 or SEC1. */
  | "private-key"
  /** An EncryptedPrivateKeyInfo (PKCS#8) in DER. */
  | "encrypted-private-key"
  | "unknown";

const PKCS7_DATA_PREFIX = "1.2.840.113549.1.7.";
const PEM_BEGIN = "-----BEGIN ";

/**
 * Tells the format by the first bytes and the outermost structure, never by the file's name. Says nothing
 * on whether the rest is whole.
 */
export function detectFormat(bytes: Uint8Array): DetectedFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (head.length >= 4) {
    const magic = head.readUInt32BE();
    if (magic === JKS_MAGIC) return "jks";
    if (magic === JCEKS_MAGIC) return "jceks";
  }
  if (head[0] === Tag.sequence) {
    const structure = detectStructure(head);
    if (structure !== "unknown") return structure;
  }
  if (looksLikeBouncyCastle(head)) return isBks(head) ? "bks" : "uber";
  return head.includes(PEM_BEGIN, 0, "latin1") ? "pem" : "unknown";
}

/** By the kinds of the first elements inside the outermost SEQUENCE. */
function detectStructure(bytes: Uint8Array): DetectedFormat {
  try {
    const [first, second, third] = childrenOf(outermost(bytes));
    if (first === undefined) return "unknown";
    if (first.tag === Tag.objectIdentifier) {
      return readObjectIdentifier(first, "a content type").startsWith(PKCS7_DATA_PREFIX)
        ? "pkcs7"
        : "unknown";
    }
    if (first.tag === Tag.integer) return detectVersioned(first, second);
    if (first.tag !== Tag.sequence) return "unknown";
    if (second?.tag === Tag.octetString) return "encrypted-private-key";
    if (second?.tag === Tag.sequence && third?.tag === Tag.bitString) return "certificate";
    // BCFKS: an encrypted object store, then its integrity check.
    if (second?.tag === Tag.sequence && third === undefined) return "bcfks";
    return "unknown";
  } catch (error) {
    if (error instanceof PkiError) return detectCutShort(bytes);
    throw error;
  }
}

function detectVersioned(version: Asn1Element, second: Asn1Element | undefined): DetectedFormat {
  // PFX (RFC 7292, 4) is version 3 with a ContentInfo; a PKCS#8 key is version 0 or 1 with an algorithm.
  if (version.content.length === 1 && version.content[0] === 3 && second?.tag === Tag.sequence)
    return "pkcs12";
  if (second?.tag === Tag.sequence || second?.tag === Tag.integer || second?.tag === Tag.octetString) {
    return "private-key";
  }
  return "unknown";
}

/** A store that was cut short is still named, so that the error says what is wrong with it. */
function detectCutShort(bytes: Uint8Array): DetectedFormat {
  const header = (bytes[1] ?? 0) > 0x80 ? 2 + ((bytes[1] ?? 0) & 0x7f) : 2;
  const [tag, length, version, next] = bytes.subarray(header, header + 4);
  return tag === Tag.integer && length === 1 && version === 3 && next === Tag.sequence ? "pkcs12" : "unknown";
}

function outermost(bytes: Uint8Array): Asn1Element {
  return readAsn1Prefix(bytes);
}

/** Version 1 or 2, a salt of 20 bytes and an iteration count (`BcKeyStoreSpi`). */
function looksLikeBouncyCastle(bytes: Buffer): boolean {
  if (bytes.length < 32) return false;
  const version = bytes.readUInt32BE();
  return version <= 2 && bytes.readUInt32BE(4) === 20 && bytes.readUInt32BE(28) <= 0xffff;
}

/** A BKS store goes on with an entry in the clear or its end, an UBER store with Twofish blocks. */
function isBks(bytes: Buffer): boolean {
  const kind = bytes[32] ?? 0;
  if (kind === 0) return bytes.length <= 33 + 20;
  if (kind > 4 || bytes.length < 35) return false;
  return bytes.readUInt16BE(33) <= bytes.length - 35 && (bytes.length - 32) % 16 !== 0
    ? true
    : bytes.readUInt16BE(33) < 256;
}
