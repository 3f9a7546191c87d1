import { createCipheriv, createDecipheriv } from "node:crypto";
import { certificateOf } from "./certificates";
import { notInLock, recipientProblem, tamperedLock } from "./errors";
import {
  LOCK_FORMAT_VERSION,
  type Lock,
  type LockedIdentity,
  type PinnedChain,
  type SealedKey,
  leafOf,
} from "./lock";
import {
  DATA_KEY_LENGTH,
  type RandomBytes,
  checkLockKey,
  derivePrivateKey,
  newKeyDerivation,
  publicKeyBytes,
  unwrapDataKey,
  wrapDataKey,
} from "./recipients";

/** A lock together with its data key; private keys are opened one at a time, as they are asked for. */
export class OpenLock {
  readonly lock: Lock;
  /** Whose key opened it. */
  readonly recipientId: string;
  /** Private, so that neither JSON nor `util.inspect` shows it. */
  readonly #dataKey: Buffer;

  constructor(lock: Lock, dataKey: Buffer, recipientId: string) {
    this.lock = lock;
    this.recipientId = recipientId;
    this.#dataKey = dataKey;
  }

  /**
   * Private key of an identity, PKCS#8 DER.
   *
   * @throws LockError `not-in-lock`, `tampered-lock`
   */
  privateKey(identityId: string): Buffer {
    const identity = this.lock.identities.get(identityId);
    if (identity?.privateKey === undefined) throw notInLock(identityId, "private key");
    return openKey(this.#dataKey, identityId, identity, identity.privateKey);
  }

  /** Encrypts a private key for the identity and the certificate that it belongs to, and for no other. */
  sealKey(identityId: string, pinned: PinnedChain, pkcs8: Uint8Array, randomBytes: RandomBytes): SealedKey {
    return sealKey(this.#dataKey, identityId, pinned, pkcs8, randomBytes);
  }

  /** The same data key over what the lock has become. */
  withLock(lock: Lock): OpenLock {
    return new OpenLock(lock, this.#dataKey, this.recipientId);
  }

  /**
   * Lets one more passphrase open the lock.
   *
   * @throws LockError `recipient` where the id or the passphrase is there already, `weak-lock-key`
   */
  addRecipient(id: string, passphrase: string, randomBytes: RandomBytes): OpenLock {
    checkLockKey(passphrase);
    const { recipients, kdf, environment } = this.lock;
    const publicKey = publicKeyBytes(derivePrivateKey(passphrase, kdf));
    const same = recipients.find((recipient) => recipient.id === id || publicKey.equals(recipient.publicKey));
    if (same !== undefined) {
      throw recipientProblem(
        same.id === id
          ? `recipient "${id}" is there already; remove it first, or choose another --recipient-id`
          : `this key opens the lock already, as recipient "${same.id}"`,
      );
    }
    const added = wrapDataKey({ id, publicKey }, environment, this.#dataKey, randomBytes);
    return this.withLock({ ...this.lock, recipients: sortedById([...recipients, added]) });
  }

  /**
   * Shuts a recipient out of everything that is written from now on: a new data key, wrapped for those who
   * stay, and every private key encrypted anew. What the recipient could read before, it may have kept.
   *
   * @throws LockError `recipient` where there is no such recipient, or no other
   */
  removeRecipient(id: string, randomBytes: RandomBytes): OpenLock {
    const { recipients, environment, identities } = this.lock;
    const remaining = recipients.filter((recipient) => recipient.id !== id);
    if (remaining.length === recipients.length) {
      throw recipientProblem(
        `there is no recipient "${id}"; there are ${recipients.map((recipient) => recipient.id).join(", ")}`,
      );
    }
    if (remaining.length === 0) {
      throw recipientProblem(`"${id}" is the only recipient; add another before removing it`);
    }
    const dataKey = Buffer.from(randomBytes(DATA_KEY_LENGTH));
    const resealed = [...identities].map(([id, identity]): [string, LockedIdentity] => {
      if (identity.privateKey === undefined) return [id, identity];
      const pkcs8 = openKey(this.#dataKey, id, identity, identity.privateKey);
      return [id, { ...identity, privateKey: sealKey(dataKey, id, identity, pkcs8, randomBytes) }];
    });
    const lock: Lock = {
      ...this.lock,
      recipients: remaining.map((recipient) => wrapDataKey(recipient, environment, dataKey, randomBytes)),
      identities: new Map(resealed),
    };
    return new OpenLock(lock, dataKey, this.recipientId);
  }
}

/** What a new lock starts from. */
export interface NewLock {
  readonly environment: string;
  /** Name of the first recipient, for people. */
  readonly recipientId: string;
  readonly passphrase: string;
  readonly randomBytes: RandomBytes;
}

/**
 * An empty lock that one passphrase opens.
 *
 * @throws LockError `weak-lock-key`
 */
export function createLock({ environment, recipientId, passphrase, randomBytes }: NewLock): OpenLock {
  checkLockKey(passphrase);
  const kdf = newKeyDerivation(randomBytes);
  const dataKey = Buffer.from(randomBytes(DATA_KEY_LENGTH));
  const publicKey = publicKeyBytes(derivePrivateKey(passphrase, kdf));
  const recipient = wrapDataKey({ id: recipientId, publicKey }, environment, dataKey, randomBytes);
  const lock: Lock = {
    formatVersion: LOCK_FORMAT_VERSION,
    environment,
    kdf,
    recipients: [recipient],
    identities: new Map(),
    observations: new Map(),
  };
  return new OpenLock(lock, dataKey, recipientId);
}

/**
 * Opens a lock with the passphrase of one of its recipients. Costs one key derivation, however many
 * recipients and identities there are.
 *
 * @throws LockError `wrong-lock-key`, `tampered-lock`
 */
export function openLock(lock: Lock, passphrase: string): OpenLock {
  const privateKey = derivePrivateKey(passphrase, lock.kdf);
  const { dataKey, recipientId } = unwrapDataKey(lock.recipients, lock.environment, privateKey);
  return new OpenLock(lock, dataKey, recipientId);
}

function sealKey(
  dataKey: Buffer,
  identityId: string,
  pinned: PinnedChain,
  pkcs8: Uint8Array,
  randomBytes: RandomBytes,
): SealedKey {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", dataKey, nonce);
  cipher.setAAD(sealContext(identityId, pinned));
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

function openKey(dataKey: Buffer, identityId: string, pinned: PinnedChain, sealed: SealedKey): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-gcm", dataKey, sealed.nonce, { authTagLength: 16 });
    decipher.setAAD(sealContext(identityId, pinned));
    decipher.setAuthTag(sealed.tag);
    return Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
  } catch {
    throw tamperedLock(`the private key of "${identityId}"`);
  }
}

/** Ties a ciphertext to its place, so that it cannot be swapped with another identity's. */
function sealContext(identityId: string, pinned: PinnedChain): Buffer {
  const { sha256 } = certificateOf(leafOf(pinned));
  return Buffer.from(JSON.stringify([identityId, pinned.generation, sha256]));
}

function sortedById<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
