import { type KeyObject, diffieHellman, scryptSync } from "node:crypto";
import { invalidRecipientKey, weakLockKey } from "./errors";
import type { KeyDerivation, Recipient } from "./lock";
import type { RandomBytes } from "./recipients";
import { publicKeyBytes, x25519PrivateKey, x25519PublicKey } from "./x25519";

/** The lock is in the repository for everybody to guess at, so a short passphrase is refused. */
export const MINIMUM_LOCK_KEY_LENGTH = 16;

const KEY_LENGTH = 32;
const PUBLIC_PREFIX = "cdktf-trust-lock:";
const PRIVATE_PREFIX = "cdktf-trust-lock-private:";

/** A key pair as text: the private half for a file that its owner keeps, the public half for whoever adds them. */
export interface RecipientKeyPair {
  readonly privateText: string;
  readonly publicText: string;
}

/** What somebody is known by to a lock: their public key, and where its private half comes from. */
export type RecipientKey = Pick<Recipient, "kind" | "publicKey">;

/** A key pair of its own, which fits no lock yet and may fit many. */
export function newRecipientKey(randomBytes: RandomBytes): RecipientKeyPair {
  const seed = Buffer.from(randomBytes(KEY_LENGTH));
  return {
    privateText: PRIVATE_PREFIX + seed.toString("base64url"),
    publicText: formatPublicKey(publicKeyBytes(x25519PrivateKey(seed))),
  };
}

/** As it is handed to whoever adds the recipient. */
export function formatPublicKey(publicKey: Uint8Array): string {
  return PUBLIC_PREFIX + Buffer.from(publicKey).toString("base64");
}

/** Whether somebody meant a public key of a recipient, rather than a reference to a secret. */
export function looksLikePublicKey(text: string): boolean {
  return text.startsWith(PUBLIC_PREFIX);
}

function parsePublicKey(text: string): RecipientKey {
  const publicKey = Buffer.from(text.slice(PUBLIC_PREFIX.length), "base64");
  if (publicKey.length !== KEY_LENGTH || formatPublicKey(publicKey) !== text || !isUsable(publicKey)) {
    throw invalidRecipientKey("the public key is not one", `${PUBLIC_PREFIX} and 32 bytes in base64`);
  }
  return { kind: "x25519", publicKey };
}

/**
 * A private key, and what it is to a lock. The one costly step of opening a lock, where it is a passphrase.
 *
 * @throws LockError `invalid-recipient-key`
 */
export function privateKeyOf(
  secret: string,
  kdf: KeyDerivation,
): { readonly kind: Recipient["kind"]; readonly privateKey: KeyObject } {
  if (looksLikePublicKey(secret)) {
    throw invalidRecipientKey("the lock key is a public key, which opens nothing", "its private half");
  }
  return secret.startsWith(PRIVATE_PREFIX)
    ? { kind: "x25519", privateKey: parsePrivateKey(secret) }
    : { kind: "passphrase", privateKey: derivePrivateKey(secret, kdf) };
}

/**
 * What the holder of a secret is to a lock.
 *
 * @param secret a passphrase, or a private key as `newRecipientKey` makes it
 * @throws LockError `weak-lock-key`, `invalid-recipient-key`
 */
export function holderOf(secret: string, kdf: KeyDerivation): RecipientKey {
  if (secret.length < MINIMUM_LOCK_KEY_LENGTH) throw weakLockKey(MINIMUM_LOCK_KEY_LENGTH);
  const { kind, privateKey } = privateKeyOf(secret, kdf);
  return { kind, publicKey: publicKeyBytes(privateKey) };
}

/**
 * What somebody is to a lock: known by a public key, or by a secret that they hold.
 *
 * @throws LockError `weak-lock-key`, `invalid-recipient-key`
 */
export function recipientKeyOf(publicKeyOrSecret: string, kdf: KeyDerivation): RecipientKey {
  return looksLikePublicKey(publicKeyOrSecret)
    ? parsePublicKey(publicKeyOrSecret)
    : holderOf(publicKeyOrSecret, kdf);
}

function parsePrivateKey(text: string): KeyObject {
  const encoded = text.slice(PRIVATE_PREFIX.length);
  const seed = Buffer.from(encoded, "base64url");
  if (seed.length !== KEY_LENGTH || seed.toString("base64url") !== encoded) {
    throw invalidRecipientKey("the private key is not one", `${PRIVATE_PREFIX} and 32 bytes in base64url`);
  }
  return x25519PrivateKey(seed);
}

/** The X25519 private key that a passphrase stands for in this lock. */
function derivePrivateKey(passphrase: string, kdf: KeyDerivation): KeyObject {
  const { N, r, p, salt } = kdf;
  return x25519PrivateKey(
    scryptSync(passphrase.normalize("NFC"), salt, KEY_LENGTH, { N, r, p, maxmem: 256 * N * r }),
  );
}

/** OpenSSL refuses points of low order (RFC 7748, 6.1), which no key pair has. */
function isUsable(publicKey: Uint8Array): boolean {
  try {
    diffieHellman({
      privateKey: x25519PrivateKey(Buffer.alloc(KEY_LENGTH, 1)),
      publicKey: x25519PublicKey(publicKey),
    });
    return true;
  } catch {
    return false;
  }
}
