import { type KeyObject, createPrivateKey, createPublicKey } from "node:crypto";

/** PKCS#8 and SubjectPublicKeyInfo of an X25519 key up to its 32 bytes (RFC 8410, 7 and 4). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/** The private key that 32 bytes are (RFC 7748, 5). */
export function x25519PrivateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: "der", type: "pkcs8" });
}

export function x25519PublicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: "der", type: "spki" });
}

/** The 32 bytes of a key's public half. */
export function publicKeyBytes(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ type: "spki", format: "der" }).subarray(PUBLIC_PREFIX.length);
}
