/** RC2 in CBC mode (RFC 2268) with PKCS#7 padding: old stores need it, and OpenSSL 3 no longer offers it. */

/** @param effectiveBits effective key length, which RC2 limits apart from the key's own */
export function encryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  plain: Uint8Array,
): Buffer {
  const expanded = expandKey(key, effectiveBits);
  const padding = 8 - (plain.length % 8);
  const output = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  const words = new Uint16Array(4);
  const previous = loadWords(iv, 0, new Uint16Array(4));
  for (let at = 0; at < output.length; at += 8) {
    loadWords(output, at, words);
    for (let index = 0; index < 4; index += 1) words[index] = word(words, index) ^ word(previous, index);
    encryptBlock(expanded, words);
    previous.set(words);
    storeWords(words, output, at);
  }
  return output;
}

/** @returns undefined where the padding is wrong, as with a wrong key */
export function decryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Buffer | undefined {
  if (encrypted.length === 0 || encrypted.length % 8 !== 0) return undefined;
  const expanded = expandKey(key, effectiveBits);
  const output = Buffer.alloc(encrypted.length);
  const words = new Uint16Array(4);
  const previous = loadWords(iv, 0, new Uint16Array(4));
  for (let at = 0; at < encrypted.length; at += 8) {
    loadWords(encrypted, at, words);
    decryptBlock(expanded, words);
    for (let index = 0; index < 4; index += 1) words[index] = word(words, index) ^ word(previous, index);
    loadWords(encrypted, at, previous);
    storeWords(words, output, at);
  }
  const padding = output.at(-1) ?? 0;
  if (padding < 1 || padding > 8 || !output.subarray(-padding).every((octet) => octet === padding))
    return undefined;
  return output.subarray(0, output.length - padding);
}

/** RFC 2268, section 3. */
function encryptBlock(expanded: Uint16Array, words: Uint16Array): void {
  let at = 0;
  for (let round = 0; round < 16; round += 1) {
    for (let index = 0; index < 4; index += 1) {
      const last = word(words, (index + 3) & 3);
      const mixed =
        word(words, index) +
        word(expanded, at) +
        (last & word(words, (index + 2) & 3)) +
        (~last & word(words, (index + 1) & 3));
      words[index] = rotateLeft(mixed, rotations[index] ?? 0);
      at += 1;
    }
    if (round === 4 || round === 10) {
      for (let index = 0; index < 4; index += 1) {
        words[index] = word(words, index) + word(expanded, word(words, (index + 3) & 3) & 63);
      }
    }
  }
}

/** RFC 2268, section 4. */
function decryptBlock(expanded: Uint16Array, words: Uint16Array): void {
  let at = 63;
  for (let round = 15; round >= 0; round -= 1) {
    if (round === 4 || round === 10) {
      for (let index = 3; index >= 0; index -= 1) {
        words[index] = word(words, index) - word(expanded, word(words, (index + 3) & 3) & 63);
      }
    }
    for (let index = 3; index >= 0; index -= 1) {
      const last = word(words, (index + 3) & 3);
      words[index] =
        rotateLeft(word(words, index), 16 - (rotations[index] ?? 0)) -
        word(expanded, at) -
        (last & word(words, (index + 2) & 3)) -
        (~last & word(words, (index + 1) & 3));
      at -= 1;
    }
  }
}

/** RFC 2268, section 2. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const octets = new Uint8Array(128);
  octets.set(key);
  for (let index = key.length; index < 128; index += 1) {
    octets[index] = pi(((octets[index - 1] ?? 0) + (octets[index - key.length] ?? 0)) & 0xff);
  }
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
  octets[128 - effectiveBytes] = pi((octets[128 - effectiveBytes] ?? 0) & mask);
  for (let index = 127 - effectiveBytes; index >= 0; index -= 1) {
    octets[index] = pi((octets[index + 1] ?? 0) ^ (octets[index + effectiveBytes] ?? 0));
  }
  return Uint16Array.from(
    { length: 64 },
    (_, index) => (octets[2 * index] ?? 0) | ((octets[2 * index + 1] ?? 0) << 8),
  );
}

const rotations = [1, 2, 3, 5];

function rotateLeft(value: number, bits: number): number {
  const short = value & 0xffff;
  return (short << bits) | (short >>> (16 - bits));
}

function word(words: Uint16Array, index: number): number {
  return words[index] ?? 0;
}

function loadWords(bytes: Uint8Array, at: number, words: Uint16Array): Uint16Array {
  for (let index = 0; index < 4; index += 1) {
    words[index] = (bytes[at + 2 * index] ?? 0) | ((bytes[at + 2 * index + 1] ?? 0) << 8);
  }
  return words;
}

function storeWords(words: Uint16Array, bytes: Uint8Array, at: number): void {
  for (let index = 0; index < 4; index += 1) {
    bytes[at + 2 * index] = word(words, index) & 0xff;
    bytes[at + 2 * index + 1] = word(words, index) >>> 8;
  }
}

function pi(octet: number): number {
  return piTable[octet] ?? 0;
}

const piTable = Buffer.from(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
  "hex",
);
