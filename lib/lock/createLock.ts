import type { Lock } from "./lock";
import { OpenLock } from "./openLock";
import { holderOf, privateKeyOf } from "./recipientKey";
import { type RandomBytes, newKey, newKeyDerivation, unwrapKeys, wrapKeys } from "./recipients";
import { newSigner } from "./signLock";

/** What a new lock starts from. */
export interface NewLock {
  /** What the project is called. */
  readonly project: string;
  readonly environment: string;
  /** Name of the first recipient, for people. */
  readonly recipientId: string;
  /** A passphrase, or a private key as `newRecipientKey` makes it. */
  readonly passphrase: string;
  readonly randomBytes: RandomBytes;
}

/**
 * An empty lock, signed, that one key opens.
 *
 * @throws LockError `weak-lock-key`, `invalid-recipient-key`
 */
export function createLock(options: NewLock): OpenLock {
  const { project, environment, recipientId, passphrase, randomBytes } = options;
  const kdf = newKeyDerivation(randomBytes);
  const keys = { dataKey: newKey(randomBytes), signerKey: newKey(randomBytes) };
  const first = { id: recipientId, role: "sign", ...holderOf(passphrase, kdf) } as const;
  const lock: Lock = {
    project,
    environment,
    signer: newSigner(keys.signerKey, randomBytes),
    kdf,
    recipients: [wrapKeys(first, environment, keys, randomBytes)],
    identities: new Map(),
    observations: new Map(),
  };
  return new OpenLock(lock, keys, recipientId).signed(randomBytes);
}

/**
 * Opens a lock with the passphrase or the private key of one of its recipients. A passphrase costs one key
 * derivation, however many recipients and identities there are; a private key none.
 *
 * @throws LockError `wrong-lock-key`, `tampered-lock`, `invalid-recipient-key`
 */
export function openLock(lock: Lock, passphrase: string): OpenLock {
  const { privateKey } = privateKeyOf(passphrase, lock.kdf);
  const { recipientId, ...keys } = unwrapKeys(lock.recipients, lock.environment, privateKey);
  return new OpenLock(lock, keys, recipientId);
}
