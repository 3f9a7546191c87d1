import { type KeyObject, createCipheriv, createDecipheriv, diffieHellman, hkdfSync } from "node:crypto";
import { tamperedLock, wrongLockKey } from "./errors";
import type { KeyDerivation, Recipient } from "./lock";
import { publicKeyBytes, x25519PrivateKey, x25519PublicKey } from "./x25519";

/** Bytes of randomness, `length` of them. */
export type RandomBytes = (length: number) => Uint8Array;

const KEY_LENGTH = 32;
const TAG_LENGTH = 16;

/**
 * Parameters for a new lock: 32 MiB and about 100 ms a derivation on one core of a small build machine.
 * More would not matter for keys of `lock --new-key`, which are random.
 */
export function newKeyDerivation(randomBytes: RandomBytes): KeyDerivation {
  return { name: "scrypt", N: 32_768, r: 8, p: 1, salt: randomBytes(16) };
}

/** What opens a lock, and what lets its holder change it. */
export interface LockKeys {
  /** AES-256 key of the private keys. */
  readonly dataKey: Buffer;
  /** AES-256 key of the signer; absent for those who may only open, and in version 1. */
  readonly signerKey?: Buffer;
}

export function newKey(randomBytes: RandomBytes): Buffer {
  return Buffer.from(randomBytes(KEY_LENGTH));
}

/**
 * Wraps for one recipient the keys that its role may have. Only the recipient's public key is needed, so
 * that the keys can be replaced when somebody leaves without anybody else's passphrase.
 */
export function wrapKeys(
  recipient: Pick<Recipient, "id" | "kind" | "role" | "publicKey">,
  environment: string,
  { dataKey, signerKey }: Required<LockKeys>,
  randomBytes: RandomBytes,
): Recipient {
  const { id, kind, role, publicKey } = recipient;
  const ephemeral = x25519PrivateKey(randomBytes(32));
  const ephemeralKey = publicKeyBytes(ephemeral);
  const shared = sharedSecret(ephemeral, recipient);
  const { key, nonce } = wrappingKey(shared, ephemeralKey, publicKey);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(wrapContext(environment, id));
  const content = role === "sign" ? Buffer.concat([dataKey, signerKey]) : dataKey;
  const wrappedKey = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  return { id, kind, role, publicKey, ephemeralKey, wrappedKey };
}

/**
 * Finds whose key this is and unwraps what its role may have.
 *
 * @throws LockError `wrong-lock-key`, `tampered-lock`
 */
export function unwrapKeys(
  recipients: readonly Recipient[],
  environment: string,
  privateKey: KeyObject,
): LockKeys & { recipientId: string } {
  const publicKey = publicKeyBytes(privateKey);
  const recipient = recipients.find((candidate) => publicKey.equals(candidate.publicKey));
  if (recipient === undefined) throw wrongLockKey(recipients.map(({ id }) => id));
  const { ephemeralKey, wrappedKey } = recipient;
  try {
    const shared = diffieHellman({ privateKey, publicKey: x25519PublicKey(ephemeralKey) });
    const { key, nonce } = wrappingKey(shared, ephemeralKey, publicKey);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_LENGTH });
    decipher.setAAD(wrapContext(environment, recipient.id));
    decipher.setAuthTag(wrappedKey.subarray(-TAG_LENGTH));
    const keys = Buffer.concat([decipher.update(wrappedKey.subarray(0, -TAG_LENGTH)), decipher.final()]);
    const signerKey = keys.subarray(KEY_LENGTH);
    return {
      dataKey: keys.subarray(0, KEY_LENGTH),
      ...(signerKey.length === 0 ? {} : { signerKey }),
      recipientId: recipient.id,
    };
  } catch {
    // The cause would say nothing that a person could use.
    throw tamperedLock(`the data key of recipient "${recipient.id}"`);
  }
}

/** OpenSSL refuses points of low order (RFC 7748, 6.1), which no passphrase gives. */
function sharedSecret(
  ephemeral: KeyObject,
  recipient: { readonly id: string; readonly publicKey: Uint8Array },
): Buffer {
  try {
    return diffieHellman({ privateKey: ephemeral, publicKey: x25519PublicKey(recipient.publicKey) });
  } catch {
    throw tamperedLock(`the public key of recipient "${recipient.id}"`);
  }
}

/** Key and nonce are used once: the ephemeral pair belongs to one wrapping alone. */
function wrappingKey(
  shared: Uint8Array,
  ephemeralKey: Uint8Array,
  recipientKey: Uint8Array,
): { key: Buffer; nonce: Buffer } {
  const salt = Buffer.concat([ephemeralKey, recipientKey]);
  const bytes = Buffer.from(hkdfSync("sha256", shared, salt, "cdktf-trust lock 1: data key", 44));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

function wrapContext(environment: string, recipientId: string): Buffer {
  return Buffer.from(JSON.stringify([environment, recipientId]));
}
