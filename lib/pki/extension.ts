import type { SubjectAltName } from "../model";
import {
  childrenOf,
  contextTag,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeTrue,
  expectTag,
  readAsn1,
  readBitString,
  readBoolean,
  readInteger,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
  Tag,
  type Asn1Element,
} from "./asn1";
import { malformedContent } from "./errors";
import { encodeGeneralName, readGeneralNames } from "./generalName";
import {
  extendedKeyUsageNames,
  keyUsageNames,
  netscapeCertificateTypeNames,
  Oid,
  oidOf,
  type KeyUsage,
} from "./objectIdentifiers";

/** One extension of a certificate or request (RFC 5280, 4.1.2.9). */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** DER of what the extension says. */
  readonly value: Uint8Array;
}

/** Whether a certificate may issue others, and how many authorities may stand below it. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength?: number;
}

/** Which key an issuer has (RFC 5280, 4.2.1.1). */
export interface AuthorityKeyId {
  /** Hexadecimal, lower case. */
  readonly keyId?: string;
  /** Serial number of the issuer's own certificate; hexadecimal, lower case. */
  readonly serialNumber?: string;
}

/** Reads Extensions. */
export function readExtensions(element: Asn1Element | undefined): Extension[] {
  const extensions = readSequence(element, "the extensions").map((extension): Extension => {
    const [type, ...rest] = readSequence(extension, "an extension");
    const oid = readObjectIdentifier(type, "the type of an extension");
    const flag = rest[0]?.tag === Tag.boolean ? rest.shift() : undefined;
    const critical = flag !== undefined && readBoolean(flag, "the criticality of an extension");
    return { oid, critical, value: readOctetString(rest[0], `the value of extension ${oid}`) };
  });
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid)) throw malformedContent(`the extension ${oid} is there more than once`);
    seen.add(oid);
  }
  return extensions;
}

export function encodeExtension(oid: string, value: Uint8Array, critical = false): Buffer {
  return encodeSequence(
    encodeObjectIdentifier(oid),
    ...(critical ? [encodeTrue()] : []),
    encodeOctetString(value),
  );
}

export function readSubjectAltNames(value: Uint8Array): SubjectAltName[] {
  return readGeneralNames(expectTag(readAsn1(value), Tag.sequence, "the alternative names"));
}

export function encodeSubjectAltNames(names: readonly SubjectAltName[], critical = false): Buffer {
  const list = encodeSequence(...names.map((name) => encodeGeneralName(name)));
  return encodeExtension(Oid.subjectAltName, list, critical);
}

export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const parts = readSequence(readAsn1(value), "the basic constraints");
  const flag = parts[0]?.tag === Tag.boolean ? parts.shift() : undefined;
  const ca = flag !== undefined && readBoolean(flag, "the CA flag");
  return parts[0] === undefined ? { ca } : { ca, pathLength: readSmallInteger(parts[0], "the path length") };
}

export function encodeBasicConstraints(pathLength: number | undefined): Buffer {
  const limit = pathLength === undefined ? [] : [encodeInteger(pathLength)];
  return encodeExtension(Oid.basicConstraints, encodeSequence(encodeTrue(), ...limit), true);
}

export function readKeyUsage(value: Uint8Array): KeyUsage[] {
  return readNamedBits(value, keyUsageNames, "the key usage");
}

export function readNetscapeCertificateType(value: Uint8Array): string[] {
  return readNamedBits(value, netscapeCertificateTypeNames, "the certificate type");
}

/** A named bit list without trailing zero bits (X.690, 11.2.2); only the first eight bits are ever set here. */
export function encodeKeyUsage(usages: readonly KeyUsage[]): Buffer {
  const octet = usages.reduce((bits, usage) => bits | (0x80 >> keyUsageNames.indexOf(usage)), 0);
  const unused = Math.clz32(octet & -octet) === 32 ? 0 : 31 - Math.clz32(octet & -octet);
  return encodeExtension(Oid.keyUsage, encodeElement(Tag.bitString, Buffer.from([unused, octet])), true);
}

/** Purposes by name, or dotted where they have none. */
export function readExtendedKeyUsages(value: Uint8Array): string[] {
  return readSequence(readAsn1(value), "the extended key usages").map((usage) => {
    const oid = readObjectIdentifier(usage, "an extended key usage");
    return extendedKeyUsageNames.get(oid) ?? oid;
  });
}

export function encodeExtendedKeyUsages(usages: readonly string[]): Buffer {
  const oids = usages.map((usage) => encodeObjectIdentifier(oidOf(extendedKeyUsageNames, usage) ?? usage));
  return encodeExtension(Oid.extendedKeyUsage, encodeSequence(...oids));
}

export function readSubjectKeyId(value: Uint8Array): string {
  return hex(readOctetString(readAsn1(value), "the subject key identifier"));
}

export function encodeSubjectKeyId(keyId: Uint8Array): Buffer {
  return encodeExtension(Oid.subjectKeyIdentifier, encodeOctetString(keyId));
}

const KEY_ID = contextTag(0, false);
const ISSUER_SERIAL = contextTag(2, false);

export function readAuthorityKeyId(value: Uint8Array): AuthorityKeyId {
  const parts = childrenOf(expectTag(readAsn1(value), Tag.sequence, "the authority key identifier"));
  const keyId = parts.find(({ tag }) => tag === KEY_ID);
  const serial = parts.find(({ tag }) => tag === ISSUER_SERIAL);
  return {
    ...(keyId === undefined ? {} : { keyId: hex(keyId.content) }),
    ...(serial === undefined
      ? {}
      : { serialNumber: readInteger({ ...serial, tag: Tag.integer }, "the issuer's serial").toString(16) }),
  };
}

export function encodeAuthorityKeyId(keyId: Uint8Array): Buffer {
  return encodeExtension(Oid.authorityKeyIdentifier, encodeSequence(encodeElement(KEY_ID, keyId)));
}

/** Names of the bits that are set in a BIT STRING, the first bit first. */
function readNamedBits<Bit extends string>(value: Uint8Array, names: readonly Bit[], what: string): Bit[] {
  const octets = readBitString(readAsn1(value), what);
  return names.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
