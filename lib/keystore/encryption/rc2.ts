import type { rc2, util } from "node-forge";

/** RC2 in CBC mode (RFC 2268) with PKCS#7 padding: old stores need it, and OpenSSL 3 no longer offers it. */

/** Bytes of a block. */
const BLOCK_LENGTH = 8;
/** node-forge keeps what it has gone through, and its time grows with the square of that, so it starts anew so often. */
const CHUNK_LENGTH = 512;

/** The two modules of node-forge that RC2 takes. */
interface Forge {
  readonly rc2: typeof rc2;
  readonly util: typeof util;
}

/** @param effectiveBits effective key length, which RC2 limits apart from the key's own */
export function encryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  plain: Uint8Array,
): Buffer {
  const forge = loadForge();
  const cipher = forge.rc2.createEncryptionCipher(forge.util.createBuffer(binary(key)), effectiveBits);
  const padding = BLOCK_LENGTH - (plain.length % BLOCK_LENGTH);
  const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
  return run(forge, cipher, iv, padded, (_, output) => output);
}

/** @returns undefined where the padding is wrong, as with a wrong key */
export function decryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  encrypted: Uint8Array,
): Buffer | undefined {
  if (encrypted.length === 0 || encrypted.length % BLOCK_LENGTH !== 0) return undefined;
  const forge = loadForge();
  const cipher = forge.rc2.createDecryptionCipher(forge.util.createBuffer(binary(key)), effectiveBits);
  const output = run(forge, cipher, iv, encrypted, (input) => input);
  const padding = output.at(-1) ?? 0;
  const isPadded = padding >= 1 && padding <= BLOCK_LENGTH;
  if (!isPadded || !output.subarray(-padding).every((octet) => octet === padding)) return undefined;
  return output.subarray(0, output.length - padding);
}

/**
 * Runs whole blocks through a cipher; padding is done here, because node-forge checks no more than its length.
 *
 * @param chained which of the two the next block is chained to: the one that is encrypted
 */
function run(
  { util }: Forge,
  cipher: rc2.cipher,
  iv: Uint8Array,
  input: Uint8Array,
  chained: (input: Uint8Array, output: Uint8Array) => Uint8Array,
): Buffer {
  const parts: Buffer[] = [];
  let previous = iv;
  for (let at = 0; at < input.length; at += CHUNK_LENGTH) {
    const chunk = input.subarray(at, at + CHUNK_LENGTH);
    cipher.start(util.createBuffer(binary(previous)));
    cipher.update(util.createBuffer(binary(chunk)));
    const output = Buffer.from(cipher.output.getBytes(), "latin1");
    parts.push(output);
    previous = chained(chunk, output).subarray(-BLOCK_LENGTH);
  }
  return Buffer.concat(parts);
}

/** Loaded when RC2 is met: few stores have it, and every command would pay for it. */
function loadForge(): Forge {
  return { rc2: require("node-forge/lib/rc2"), util: require("node-forge/lib/util") };
}

/** Bytes as the strings that node-forge takes. */
function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
