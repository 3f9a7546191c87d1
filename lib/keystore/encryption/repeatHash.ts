/**
 * A hash applied to its own output many times over, which is where the PKCS12 key derivation spends its time.
 * Written out because each call into `node:crypto` costs three times what the one block costs here.
 */

/** SHA-1 (FIPS 180-4, 6.1) of a 20-byte block, repeated. */
export function repeatSha1(block: Uint8Array, times: number): Buffer {
  const schedule = new Int32Array(80);
  const view = new DataView(block.buffer, block.byteOffset, 20);
  let h0 = view.getInt32(0);
  let h1 = view.getInt32(4);
  let h2 = view.getInt32(8);
  let h3 = view.getInt32(12);
  let h4 = view.getInt32(16);
  for (let round = 0; round < times; round += 1) {
    schedule[0] = h0;
    schedule[1] = h1;
    schedule[2] = h2;
    schedule[3] = h3;
    schedule[4] = h4;
    schedule[5] = 0x80000000 | 0;
    for (let index = 6; index < 15; index += 1) schedule[index] = 0;
    schedule[15] = 160;
    for (let index = 16; index < 80; index += 1) {
      const word =
        word32(schedule, index - 3) ^
        word32(schedule, index - 8) ^
        word32(schedule, index - 14) ^
        word32(schedule, index - 16);
      schedule[index] = (word << 1) | (word >>> 31);
    }
    let a = 0x67452301 | 0;
    let b = 0xefcdab89 | 0;
    let c = 0x98badcfe | 0;
    let d = 0x10325476 | 0;
    let e = 0xc3d2e1f0 | 0;
    let index = 0;
    for (; index < 20; index += 1) {
      const next =
        (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + 0x5a827999 + word32(schedule, index)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; index < 40; index += 1) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + word32(schedule, index)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; index < 60; index += 1) {
      const next =
        (((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) + e + 0x8f1bbcdc + word32(schedule, index)) |
        0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; index < 80; index += 1) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + word32(schedule, index)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    h0 = (a + 0x67452301) | 0;
    h1 = (b + 0xefcdab89) | 0;
    h2 = (c + 0x98badcfe) | 0;
    h3 = (d + 0x10325476) | 0;
    h4 = (e + 0xc3d2e1f0) | 0;
  }
  return wordsToBytes([h0, h1, h2, h3, h4]);
}

/** SHA-256 (FIPS 180-4, 6.2) of a 32-byte block, repeated. */
export function repeatSha256(block: Uint8Array, times: number): Buffer {
  const schedule = new Int32Array(64);
  const state = new Int32Array(8);
  const view = new DataView(block.buffer, block.byteOffset, 32);
  for (let index = 0; index < 8; index += 1) state[index] = view.getInt32(4 * index);
  for (let round = 0; round < times; round += 1) {
    for (let index = 0; index < 8; index += 1) schedule[index] = word32(state, index);
    schedule[8] = 0x80000000 | 0;
    for (let index = 9; index < 15; index += 1) schedule[index] = 0;
    schedule[15] = 256;
    for (let index = 16; index < 64; index += 1) {
      const w15 = word32(schedule, index - 15);
      const w2 = word32(schedule, index - 2);
      const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
      const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
      schedule[index] = (word32(schedule, index - 16) + s0 + word32(schedule, index - 7) + s1) | 0;
    }
    let a = 0x6a09e667 | 0;
    let b = 0xbb67ae85 | 0;
    let c = 0x3c6ef372 | 0;
    let d = 0xa54ff53a | 0;
    let e = 0x510e527f | 0;
    let f = 0x9b05688c | 0;
    let g = 0x1f83d9ab | 0;
    let h = 0x5be0cd19 | 0;
    for (let index = 0; index < 64; index += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 =
        (h + s1 + ((e & f) ^ (~e & g)) + word32(sha256Constants, index) + word32(schedule, index)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = a + 0x6a09e667;
    state[1] = b + 0xbb67ae85;
    state[2] = c + 0x3c6ef372;
    state[3] = d + 0xa54ff53a;
    state[4] = e + 0x510e527f;
    state[5] = f + 0x9b05688c;
    state[6] = g + 0x1f83d9ab;
    state[7] = h + 0x5be0cd19;
  }
  return wordsToBytes([...state]);
}

const sha256Constants = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** An element that is known to be there. */
function word32(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function wordsToBytes(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, index) => bytes.writeInt32BE(word, 4 * index));
  return bytes;
}
