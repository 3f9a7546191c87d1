import {
  type Asn1Element,
  childrenOf,
  encodeElement,
  encodeOctetString,
  joinParts,
  Tag,
} from "../../pki/asn1";

/**
 * The element with definite lengths only. Java looks for indefinite ones (X.690, 8.1.3) at a file's outermost
 * element alone, so what NSS wrote that way must be rewritten when it is put into a file of definite ones.
 * An element without any comes back as it was, byte for byte.
 */
export function toDefiniteLength(element: Asn1Element): Uint8Array {
  if ((element.tag & 0x20) === 0) return element.encoded;
  if (element.tag === (Tag.octetString | 0x20)) return encodeOctetString(joinParts(element, "string"));
  const children = childrenOf(element);
  const rewritten = children.map(toDefiniteLength);
  const same = rewritten.every((bytes, index) => bytes === children[index]?.encoded);
  return same && !isIndefinite(element)
    ? element.encoded
    : encodeElement(element.tag, Buffer.concat(rewritten));
}

function isIndefinite(element: Asn1Element): boolean {
  return element.encoded[1] === 0x80;
}
