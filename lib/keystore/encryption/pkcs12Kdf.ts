import { hash } from "node:crypto";
import { type Digest, digestBlockLength, digestLength } from "./digest";
import { repeatSha1, repeatSha256 } from "./repeatHash";

/** What the derived bytes are for (RFC 7292, B.3). */
export const Pkcs12Purpose = { key: 1, iv: 2, mac: 3 } as const;

export type Pkcs12PurposeId = (typeof Pkcs12Purpose)[keyof typeof Pkcs12Purpose];

/**
 * The key derivation of PKCS12 (RFC 7292, B.2).
 *
 * @param password bytes of the BMPString form
 * @param length wanted bytes
 */
export function pkcs12Kdf(
  digest: Digest,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: Pkcs12PurposeId,
  length: number,
): Buffer {
  const blockLength = digestBlockLength(digest);
  const diversifier = Buffer.alloc(blockLength, purpose);
  const mixed = Buffer.concat([fill(salt, blockLength), fill(password, blockLength)]);
  const output: Buffer[] = [];
  for (let produced = 0; produced < length; produced += digestLength(digest)) {
    const block = repeatHash(digest, Buffer.concat([diversifier, mixed]), iterations);
    output.push(block);
    addToBlocks(mixed, block, blockLength);
  }
  return Buffer.concat(output).subarray(0, length);
}

/** Repeats the bytes to a whole number of blocks. */
function fill(bytes: Uint8Array, blockLength: number): Buffer {
  const length = Math.ceil(bytes.length / blockLength) * blockLength;
  const filled = Buffer.alloc(length);
  for (let at = 0; at < length; at += bytes.length) filled.set(bytes.subarray(0, length - at), at);
  return filled;
}

/** Adds the repeated block and 1 to each block, as big-endian numbers (step 6.C). */
function addToBlocks(mixed: Buffer, block: Buffer, blockLength: number): void {
  for (let start = 0; start < mixed.length; start += blockLength) {
    let carry = 1;
    for (let index = blockLength - 1; index >= 0; index -= 1) {
      carry += (mixed[start + index] ?? 0) + (block[index % block.length] ?? 0);
      mixed[start + index] = carry & 0xff;
      carry >>>= 8;
    }
  }
}

function repeatHash(digest: Digest, input: Buffer, times: number): Buffer {
  const first = hash(digest, input, "buffer");
  if (digest === "sha1") return repeatSha1(first, times - 1);
  if (digest === "sha256") return repeatSha256(first, times - 1);
  let block: Buffer = first;
  for (let round = 1; round < times; round += 1) block = hash(digest, block, "buffer");
  return block;
}
