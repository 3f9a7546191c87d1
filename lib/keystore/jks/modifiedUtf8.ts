import { damaged, invalidStore } from "../errors";

/** Longest alias that the two-byte length of `java.io.DataOutputStream.writeUTF` allows. */
const MAXIMUM_BYTES = 0xffff;

/**
 * Encodes text as `DataOutputStream.writeUTF` does: each UTF-16 code unit by itself, so that a character
 * outside the BMP takes six bytes, and NUL two. The two-byte length comes first.
 *
 * @throws StoreError `invalid` above 65,535 bytes
 */
export function encodeModifiedUtf8(text: string): Buffer {
  const octets: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit !== 0 && unit < 0x80) octets.push(unit);
    else if (unit < 0x800) octets.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else octets.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  if (octets.length > MAXIMUM_BYTES) {
    throw invalidStore(
      `an alias of ${octets.length} bytes was given; JKS allows ${MAXIMUM_BYTES}: choose a shorter one`,
    );
  }
  return Buffer.from([octets.length >> 8, octets.length & 0xff, ...octets]);
}

/**
 * Decodes the bytes that follow the two-byte length, as `DataInputStream.readUTF` does.
 *
 * @throws StoreError `damaged`
 */
export function decodeModifiedUtf8(bytes: Uint8Array): string {
  // Nearly all aliases, and every certificate's type.
  if (bytes.every((octet) => octet < 0x80)) return Buffer.from(bytes).toString("latin1");
  const units: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      units.push(first);
      at += 1;
    } else if (first >> 5 === 0b110) {
      units.push(((first & 0x1f) << 6) | continuation(bytes[at + 1]));
      at += 2;
    } else if (first >> 4 === 0b1110) {
      units.push(((first & 0x0f) << 12) | (continuation(bytes[at + 1]) << 6) | continuation(bytes[at + 2]));
      at += 3;
    } else {
      throw damaged("a text is not in Java's modified UTF-8");
    }
  }
  return units.map((unit) => String.fromCharCode(unit)).join("");
}

function continuation(octet: number | undefined): number {
  if (octet === undefined || octet >> 6 !== 0b10) throw damaged("a text is not in Java's modified UTF-8");
  return octet & 0x3f;
}
