import {
  type Asn1Element,
  contextTag,
  encodeElement,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  expectTag,
  childrenOf,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  Tag,
} from "../../pki/asn1";
import { anyExtendedKeyUsageOid, AttributeType, BagType, x509CertificateOid } from "./oids";
import { toDefiniteLength } from "./definiteLength";

/** One SafeBag (RFC 7292, 4.2) with what matters for entries. */
export interface SafeBag {
  readonly typeId: string;
  /** The whole bag with definite lengths; written as it is where nothing changed. */
  readonly encoded: Uint8Array;
  /** What the bag holds: of a key bag the EncryptedPrivateKeyInfo, of a certificate bag the certificate. */
  readonly value: Uint8Array;
  readonly attributes: BagAttributes;
}

export interface BagAttributes {
  readonly friendlyName?: string;
  readonly localKeyId?: Uint8Array;
  /** Whether trustedKeyUsage is there, with whatever value. */
  readonly trusted: boolean;
  /** Every attribute as it was encoded. */
  readonly encoded: readonly EncodedAttribute[];
}

export interface EncodedAttribute {
  readonly typeId: string;
  readonly encoded: Uint8Array;
}

/** Bag type of what is carried along unread: also certificates of other types than X.509. */
export const OPAQUE_BAG = "opaque";

/** Encoded once, because a store of thousands of entries needs each thousands of times. */
const encodedOids: ReadonlyMap<string, Buffer> = new Map(
  [
    ...Object.values(BagType),
    ...Object.values(AttributeType),
    x509CertificateOid,
    anyExtendedKeyUsageOid,
  ].map((oid) => [oid, encodeObjectIdentifier(oid)]),
);

/** Reads one SafeBag. */
export function readSafeBag(element: Asn1Element): SafeBag {
  const encoded = toDefiniteLength(element);
  const [typeElement, valueElement, attributeSet] = readSequence(readAsn1(encoded), "bag");
  const typeId = readObjectIdentifier(typeElement, "bag's type");
  const wrapped = expectTag(valueElement, contextTag(0, true), "bag's value");
  const attributes = readAttributes(attributeSet);
  if (typeId === BagType.shroudedKey) {
    return { typeId, encoded, value: readAsn1(wrapped.content).encoded, attributes };
  }
  if (typeId === BagType.certificate) {
    const [certificateType, certificate] = readSequence(readAsn1(wrapped.content), "certificate bag");
    if (readObjectIdentifier(certificateType, "certificate's type") === x509CertificateOid) {
      const content = expectTag(certificate, contextTag(0, true), "certificate");
      return { typeId, encoded, value: readCertificate(content), attributes };
    }
  }
  const known = typeId === BagType.secret;
  return { typeId: known ? typeId : OPAQUE_BAG, encoded, value: wrapped.content, attributes };
}

/** Whether decrypted bytes are safe contents: right padding comes up by chance, one element that spans all does not. */
export function isSequence(plain: Uint8Array): boolean {
  try {
    readSequence(readAsn1(plain), "safe contents");
    return true;
  } catch {
    return false;
  }
}

/** Makes a bag of one of the types that entries are made of. */
export function makeSafeBag(
  typeId: string,
  value: Uint8Array,
  attributes: readonly EncodedAttribute[],
): SafeBag {
  const content = typeId === BagType.certificate ? encodeCertificateBag(value) : value;
  const parts = [encodeOid(typeId), encodeElement(contextTag(0, true), content)];
  const encodedSet = encodeSetOf(attributes.map(({ encoded }) => encoded));
  if (attributes.length > 0) parts.push(encodedSet);
  return {
    typeId,
    value,
    encoded: encodeSequence(...parts),
    attributes: readAttributes(readAsn1(encodedSet)),
  };
}

/** Whether the bytes have the outermost structure of an X.509 certificate in DER. */
export function isCertificate(bytes: Uint8Array): boolean {
  try {
    checkCertificate(bytes);
    return true;
  } catch {
    return false;
  }
}

export function friendlyNameAttribute(name: string): EncodedAttribute {
  const text = Buffer.from(name, "utf16le").swap16();
  return makeAttribute(AttributeType.friendlyName, encodeElement(Tag.bmpString, text));
}

export function localKeyIdAttribute(id: Uint8Array): EncodedAttribute {
  return makeAttribute(AttributeType.localKeyId, encodeOctetString(id));
}

/** The mark that makes Java show a certificate as trusted, as the JDK writes it. */
export function trustedKeyUsageAttribute(): EncodedAttribute {
  return makeAttribute(AttributeType.trustedKeyUsage, encodeOid(anyExtendedKeyUsageOid));
}

function makeAttribute(typeId: string, value: Uint8Array): EncodedAttribute {
  return { typeId, encoded: encodeSequence(encodeOid(typeId), encodeSetOf([value])) };
}

function encodeCertificateBag(certificate: Uint8Array): Buffer {
  return encodeSequence(
    encodeOid(x509CertificateOid),
    encodeElement(contextTag(0, true), encodeOctetString(certificate)),
  );
}

function readCertificate(wrapped: Asn1Element): Uint8Array {
  const certificate = readOctetString(readAsn1(wrapped.content), "certificate");
  checkCertificate(certificate);
  return certificate;
}

/** Checks no more than that it is an X.509 certificate's outermost structure (RFC 5280, 4.1). */
function checkCertificate(certificate: Uint8Array): void {
  const [body] = readSequence(readAsn1(certificate), "certificate");
  expectTag(body, Tag.sequence, "certificate's body");
}

/** The last value of an attribute that is given twice is the one Java takes. */
function readAttributes(set: Asn1Element | undefined): BagAttributes {
  let friendlyName: string | undefined;
  let localKeyId: Uint8Array | undefined;
  let trusted = false;
  const encoded: EncodedAttribute[] = [];
  for (const attribute of set === undefined ? [] : childrenOf(expectTag(set, Tag.set, "bag's attributes"))) {
    const [type, values] = readSequence(attribute, "attribute");
    const typeId = readObjectIdentifier(type, "attribute's type");
    const value = childrenOf(expectTag(values, Tag.set, "attribute's values"))[0];
    if (typeId === AttributeType.friendlyName && value !== undefined) friendlyName = readName(value);
    if (typeId === AttributeType.localKeyId && value !== undefined)
      localKeyId = readOctetString(value, "localKeyID");
    if (typeId === AttributeType.trustedKeyUsage) trusted = true;
    encoded.push({ typeId, encoded: attribute.encoded });
  }
  return {
    trusted,
    encoded,
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(localKeyId === undefined ? {} : { localKeyId }),
  };
}

/** A BMPString by the standard; other string types come from writers that do not know it. */
function readName({ tag, content }: Asn1Element): string {
  if (tag === Tag.bmpString) {
    const whole = content.subarray(0, content.length - (content.length % 2));
    return Buffer.from(whole).swap16().toString("utf16le");
  }
  return Buffer.from(content).toString(tag === Tag.utf8String ? "utf8" : "latin1");
}

function encodeOid(oid: string): Buffer {
  return encodedOids.get(oid) ?? encodeObjectIdentifier(oid);
}
