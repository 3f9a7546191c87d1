import { malformedAsn1 } from "./errors";

/** Universal tag numbers (X.680, 8.4) that certificates and stores use. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** First identifier octet of a context-specific tag below 31. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** Nesting beyond this is an attack, not a certificate. */
const MAXIMUM_DEPTH = 64;

/** More elements in one place than this fill the memory with nothing: no certificate or store comes near. */
const MAXIMUM_CHILDREN = 200_000;

/** Octets of an OID: the longest registered ones are half as long, and decoding costs the square of the length. */
const MAXIMUM_OID_LENGTH = 128;

/** One element of BER or DER, with views into the bytes it was read from. */
export interface Asn1Element {
  /** The identifier octet: class, constructed bit and tag number. Longer tags are refused. */
  readonly tag: number;
  /** Contents octets; of a constructed element, its children's encodings one after the other. */
  readonly content: Uint8Array;
  /** The whole element: identifier, length and contents. */
  readonly encoded: Uint8Array;
  /** Offset of the element in the bytes handed to `readAsn1`; for messages. */
  readonly offset: number;
  readonly depth: number;
}

/**
 * Reads exactly one element. Definite and indefinite lengths (X.690, 8.1.3) are accepted, because
 * NSS writes PKCS12 in BER; trailing bytes are not.
 *
 * @throws PkiError `malformed-asn1`
 */
export function readAsn1(bytes: Uint8Array): Asn1Element {
  const element = readElement(bytes, 0, 0, 0);
  if (element.encoded.length !== bytes.length) {
    throw malformedAsn1(
      `${bytes.length - element.encoded.length} bytes after the end`,
      element.encoded.length,
    );
  }
  return element;
}

/** Reads the one element that the bytes begin with and leaves the rest. */
export function readAsn1Prefix(bytes: Uint8Array): Asn1Element {
  return readElement(bytes, 0, 0, 0);
}

/** The elements that a constructed element holds, in order. */
export function childrenOf(parent: Asn1Element): Asn1Element[] {
  if ((parent.tag & 0x20) === 0) throw malformedAsn1("a constructed element was expected", parent.offset);
  const children: Asn1Element[] = [];
  const base = parent.offset + (parent.content.byteOffset - parent.encoded.byteOffset);
  for (let at = 0; at < parent.content.length;) {
    if (children.length >= MAXIMUM_CHILDREN) {
      throw malformedAsn1(`more than ${MAXIMUM_CHILDREN} elements in one`, parent.offset);
    }
    const child = readElement(parent.content, at, base, parent.depth + 1);
    children.push(child);
    at += child.encoded.length;
  }
  return children;
}

/** Insists on a tag, so that a reader names what it expected. */
export function expectTag(element: Asn1Element | undefined, tag: number, what: string): Asn1Element {
  if (element === undefined) throw malformedAsn1(`${what} is missing`, 0);
  if (element.tag !== tag) {
    throw malformedAsn1(
      `${what} should have tag 0x${tag.toString(16)}, has 0x${element.tag.toString(16)}`,
      element.offset,
    );
  }
  return element;
}

/** Children of a SEQUENCE, by the name of what it should be. */
export function readSequence(element: Asn1Element | undefined, what: string): Asn1Element[] {
  return childrenOf(expectTag(element, Tag.sequence, what));
}

/** Contents of an OCTET STRING, also of a constructed one (X.690, 8.7.3), whose parts are joined. */
export function readOctetString(element: Asn1Element | undefined, what: string): Uint8Array {
  if (element !== undefined && element.tag === (Tag.octetString | 0x20)) return joinParts(element, what);
  return expectTag(element, Tag.octetString, what).content;
}

/** Joins the parts of a constructed string, whatever its own (possibly implicit) tag. */
export function joinParts(element: Asn1Element, what: string): Uint8Array {
  return Buffer.concat(childrenOf(element).map((part) => readOctetString(part, what)));
}

/** A non-negative INTEGER that fits a double exactly. */
export function readSmallInteger(element: Asn1Element | undefined, what: string): number {
  const { content, offset } = expectTag(element, Tag.integer, what);
  if (content.length > 8) throw malformedAsn1(`${what} has ${content.length} octets, out of range`, offset);
  const value = readInteger(element, what);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw malformedAsn1(`${what} is ${value}, out of range`, offset);
  }
  return Number(value);
}

/** An INTEGER of any size (two's complement, X.690, 8.3). */
export function readInteger(element: Asn1Element | undefined, what: string): bigint {
  const { content, offset } = expectTag(element, Tag.integer, what);
  if (content.length === 0) throw malformedAsn1(`${what} is an empty INTEGER`, offset);
  const unsigned = BigInt(`0x${Buffer.from(content).toString("hex")}`);
  return (content[0] ?? 0) >= 0x80 ? unsigned - (1n << BigInt(8 * content.length)) : unsigned;
}

/** A BOOLEAN; any octet but zero is true, as BER allows. */
export function readBoolean(element: Asn1Element | undefined, what: string): boolean {
  const { content, offset } = expectTag(element, Tag.boolean, what);
  if (content.length !== 1) throw malformedAsn1(`${what} is a BOOLEAN of ${content.length} octets`, offset);
  return content[0] !== 0;
}

/** Octets of a BIT STRING, whose count of unused bits is checked and dropped (X.690, 8.6). */
export function readBitString(element: Asn1Element | undefined, what: string): Uint8Array {
  const { content, offset } = expectTag(element, Tag.bitString, what);
  const unused = content[0];
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) {
    throw malformedAsn1(`${what} is not a BIT STRING`, offset);
  }
  return content.subarray(1);
}

/** An OBJECT IDENTIFIER in dotted form. */
export function readObjectIdentifier(element: Asn1Element | undefined, what: string): string {
  const { content, offset } = expectTag(element, Tag.objectIdentifier, what);
  if (content.length > MAXIMUM_OID_LENGTH)
    throw malformedAsn1(`${what} has ${content.length} octets`, offset);
  if (content.length === 0 || (content.at(-1) ?? 0) >= 0x80)
    throw malformedAsn1(`${what} is cut short`, offset);
  return formatArcs(content) ?? formatLargeArcs(content);
}

/** Nearly all identifiers fit doubles; a certificate has some twenty of them, so nothing is made on the way. */
function formatArcs(content: Uint8Array): string | undefined {
  let dotted = "";
  let arc = 0;
  for (let index = 0; index < content.length; index += 1) {
    const octet = content[index] ?? 0;
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    if (!Number.isSafeInteger(arc)) return undefined;
    const root = Math.min(2, Math.floor(arc / 40));
    dotted += dotted === "" ? `${root}.${arc - root * 40}` : `.${arc}`;
    arc = 0;
  }
  return dotted;
}

function formatLargeArcs(content: Uint8Array): string {
  const [large = 0n, ...others] = readLargeArcs(content);
  const root = large < 80n ? large / 40n : 2n;
  return [root, large - root * 40n, ...others].join(".");
}

function readLargeArcs(content: Uint8Array): bigint[] {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of content) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  return arcs;
}

/** Encodes an element with a definite length (DER). */
export function encodeElement(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag]), encodeLength(length), ...contents]);
}

export function encodeSequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeElement(Tag.sequence, ...parts);
}

/** A SET OF in the order DER demands (X.690, 11.6). */
export function encodeSetOf(parts: readonly Uint8Array[]): Buffer {
  return encodeElement(Tag.set, Buffer.concat([...parts].sort((a, b) => Buffer.compare(a, b))));
}

export function encodeOctetString(content: Uint8Array): Buffer {
  return encodeElement(Tag.octetString, content);
}

export function encodeNull(): Buffer {
  return encodeElement(Tag.null);
}

/** A BIT STRING whose length is a multiple of eight bits. */
export function encodeBitString(content: Uint8Array): Buffer {
  return encodeElement(Tag.bitString, Buffer.from([0]), content);
}

/** Always true, because DER leaves out what is false by default. */
export function encodeTrue(): Buffer {
  return encodeElement(Tag.boolean, Buffer.from([0xff]));
}

export function encodeInteger(value: bigint | number): Buffer {
  const wanted = BigInt(value);
  let length = 1;
  while (wanted < -(1n << BigInt(8 * length - 1)) || wanted >= 1n << BigInt(8 * length - 1)) length += 1;
  const unsigned = BigInt.asUintN(8 * length, wanted);
  return encodeElement(Tag.integer, Buffer.from(unsigned.toString(16).padStart(2 * length, "0"), "hex"));
}

export function encodeObjectIdentifier(dotted: string): Buffer {
  const [root = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt);
  const octets = [root * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    return groups;
  });
  return encodeElement(Tag.objectIdentifier, Buffer.from(octets));
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Buffer.from([0x80 | octets.length, ...octets]);
}

function readElement(bytes: Uint8Array, start: number, base: number, depth: number): Asn1Element {
  const offset = base + start;
  if (depth > MAXIMUM_DEPTH) throw malformedAsn1(`nested deeper than ${MAXIMUM_DEPTH} levels`, offset);
  const tag = bytes[start];
  const firstLength = bytes[start + 1];
  if (tag === undefined || firstLength === undefined) throw malformedAsn1("cut short", offset);
  if ((tag & 0x1f) === 0x1f) throw malformedAsn1("a tag number above 30", offset);

  if (firstLength === 0x80) return readIndefinite(bytes, start, base, depth, tag);

  let header = 2;
  let length = firstLength;
  if (firstLength > 0x80) {
    const octets = firstLength & 0x7f;
    if (octets > 6) throw malformedAsn1("a length of more than 6 octets", offset);
    length = 0;
    for (let index = 0; index < octets; index += 1) length = length * 256 + (bytes[start + 2 + index] ?? 0);
    header += octets;
  }
  const end = start + header + length;
  if (end > bytes.length)
    throw malformedAsn1(
      `claims ${length} bytes, ${Math.max(0, bytes.length - start - header)} are left`,
      offset,
    );
  return {
    tag,
    content: bytes.subarray(start + header, end),
    encoded: bytes.subarray(start, end),
    offset,
    depth,
  };
}

function readIndefinite(
  bytes: Uint8Array,
  start: number,
  base: number,
  depth: number,
  tag: number,
): Asn1Element {
  if ((tag & 0x20) === 0) throw malformedAsn1("a primitive element of indefinite length", base + start);
  let at = start + 2;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    if (at >= bytes.length) throw malformedAsn1("no end of an indefinite length", base + start);
    at += readElement(bytes, at, base, depth + 1).encoded.length;
  }
  return {
    tag,
    content: bytes.subarray(start + 2, at),
    encoded: bytes.subarray(start, at + 2),
    offset: base + start,
    depth,
  };
}
