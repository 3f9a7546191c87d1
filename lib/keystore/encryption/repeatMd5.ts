import { hash } from "node:crypto";

/** MD5 pads a block with a byte, and with its length in eight (RFC 1321, 3.1 and 3.2). */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 16;
/** What fits into one block behind a digest. */
const LONGEST_SUFFIX_BYTES = BLOCK_BYTES - LENGTH_BYTES - 1 - DIGEST_BYTES;

/**
 * MD5 over the start and a suffix, then over each digest and the same suffix again, as Java seals JCEKS keys 200,000
 * times over. Written out for suffixes that leave one block, because each call into `node:crypto` costs six times what
 * the block costs here.
 *
 * @param times at least 1
 */
export function repeatMd5(start: Uint8Array, suffix: Uint8Array, times: number): Buffer {
  let digest: Buffer = hash("md5", Buffer.concat([start, suffix]), "buffer");
  if (suffix.length <= LONGEST_SUFFIX_BYTES) return repeatBlock(digest, suffix, times - 1);
  for (let round = 1; round < times; round += 1) {
    digest = hash("md5", Buffer.concat([digest, suffix]), "buffer");
  }
  return digest;
}

function repeatBlock(digest: Buffer, suffix: Uint8Array, times: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(digest);
  block.set(suffix, DIGEST_BYTES);
  const length = DIGEST_BYTES + suffix.length;
  block[length] = 0x80;
  block.writeUInt32LE(8 * length, BLOCK_BYTES - LENGTH_BYTES);
  const words = Int32Array.from({ length: BLOCK_BYTES / 4 }, (_, index) => block.readInt32LE(4 * index));
  for (let round = 0; round < times; round += 1) compress(words);
  const repeated = Buffer.alloc(DIGEST_BYTES);
  for (let index = 0; index < DIGEST_BYTES / 4; index += 1)
    repeated.writeInt32LE(words[index] ?? 0, 4 * index);
  return repeated;
}

/** Shifts of the four rounds (RFC 1321, 3.4), each for four steps in turn. */
const SHIFTS = Int32Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
const SINES = Int32Array.from({ length: 64 }, (_, index) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(index + 1))),
);

/** Puts the digest of a padded block of 16 words into its first four. */
function compress(words: Int32Array): void {
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  for (let step = 0; step < 64; step += 1) {
    let mixed: number;
    let word: number;
    if (step < 16) {
      mixed = (b & c) | (~b & d);
      word = step;
    } else if (step < 32) {
      mixed = (d & b) | (~d & c);
      word = (5 * step + 1) & 15;
    } else if (step < 48) {
      mixed = b ^ c ^ d;
      word = (3 * step + 5) & 15;
    } else {
      mixed = c ^ (b | ~d);
      word = (7 * step) & 15;
    }
    const sum = (a + mixed + (SINES[step] ?? 0) + (words[word] ?? 0)) | 0;
    const shift = SHIFTS[((step >> 4) << 2) | (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  words[0] = a + 0x67452301;
  words[1] = b + 0xefcdab89;
  words[2] = c + 0x98badcfe;
  words[3] = d + 0x10325476;
}
