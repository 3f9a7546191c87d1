import { createCipheriv, createDecipheriv } from "node:crypto";
import type { SealedKey } from "./lock";
import type { RandomBytes } from "./recipients";

/** Encrypts a key so that it opens in its own place alone, which `context` names (AES-256-GCM). */
export function seal(
  content: Uint8Array,
  key: Uint8Array,
  context: readonly unknown[],
  randomBytes: RandomBytes,
): SealedKey {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(JSON.stringify(context)));
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** @throws Error of node:crypto, which says nothing of use, where the key or the place is another */
export function unseal(sealed: SealedKey, key: Uint8Array, context: readonly unknown[]): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(JSON.stringify(context)));
  decipher.setAuthTag(sealed.tag);
  return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
}
