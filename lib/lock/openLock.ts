import { fingerprint } from "../pki";
import { certificateOf } from "./certificates";
import { notInLock, recipientProblem, tamperedLock } from "./errors";
import {
  type Lock,
  type PendingRequest,
  type PinnedChain,
  type Recipient,
  type SealedKey,
  leafOf,
} from "./lock";
import { recipientKeyOf } from "./recipientKey";
import { type LockKeys, type RandomBytes, newKey, wrapKeys } from "./recipients";
import { seal, unseal } from "./sealedKey";
import { lockWithSealedKeys } from "./sealedKeys";
import { newSigner, signLock } from "./signLock";
import { type LockSigner, formatSigner } from "./signer";
import { cannotSign } from "./trustErrors";

/** What a key is sealed for: a generation, or a request that waits for its certificate. */
type SealedHolder = PinnedChain | Pick<PendingRequest, "generation" | "csr">;

/** A lock together with its keys; private keys are opened one at a time, as they are asked for. */
export class OpenLock {
  readonly lock: Lock;
  /** Whose key opened it. */
  readonly recipientId: string;
  /** Private, so that neither JSON nor `util.inspect` shows them. */
  readonly #keys: LockKeys;

  constructor(lock: Lock, keys: LockKeys, recipientId: string) {
    this.lock = lock;
    this.recipientId = recipientId;
    this.#keys = keys;
  }

  /** Who signs the lock, as `cdktf.json` pins it; undefined for a lock of version 1. */
  get signer(): LockSigner | undefined {
    const { signer } = this.lock;
    return signer === undefined ? undefined : formatSigner(signer.publicKey);
  }

  /**
   * Private key of an identity's current generation, PKCS#8 DER.
   *
   * @throws LockError `not-in-lock`, `tampered-lock`
   */
  privateKey(identityId: string): Buffer {
    const identity = this.lock.identities.get(identityId);
    if (identity?.privateKey === undefined) throw notInLock(identityId, "private key");
    return this.openKey(identityId, identity, identity.privateKey);
  }

  /**
   * The private key of one generation of an identity, or of a request that waits, PKCS#8 DER.
   *
   * @throws LockError `tampered-lock`
   */
  openKey(identityId: string, holder: SealedHolder, sealed: SealedKey): Buffer {
    try {
      return unseal(sealed, this.#keys.dataKey, sealContext(identityId, holder));
    } catch {
      throw tamperedLock(`the private key of "${identityId}"`);
    }
  }

  /** Encrypts a private key for the identity and the certificate or request that it belongs to, and for no other. */
  sealKey(identityId: string, holder: SealedHolder, pkcs8: Uint8Array, randomBytes: RandomBytes): SealedKey {
    return sealKey(this.#keys.dataKey, identityId, holder, pkcs8, randomBytes);
  }

  /** The same keys over what the lock has become. */
  withLock(lock: Lock): OpenLock {
    return new OpenLock(lock, this.#keys, this.recipientId);
  }

  /**
   * Signs every part of the lock as it is now. A lock of version 1 gets a signer, and all its recipients
   * may sign, as they could change it before.
   *
   * @throws LockError `cannot-sign` for a recipient who may only open, `tampered-lock`
   */
  signed(randomBytes: RandomBytes): OpenLock {
    const { signer } = this.lock;
    return signer === undefined
      ? this.withNewSigner(randomBytes)
      : this.withLock(signLock(this.lock, signer, this.signerKey()));
  }

  /**
   * Lets one more key open the lock.
   *
   * @param key a public key as `newRecipientKey` makes it, or a secret: a private key, or a passphrase
   * @throws LockError `recipient` where the id or the key is there already, `weak-lock-key`,
   *   `invalid-recipient-key`, `cannot-sign`
   */
  addRecipient(id: string, key: string, role: Recipient["role"], randomBytes: RandomBytes): OpenLock {
    const added = recipientKeyOf(key, this.lock.kdf);
    const open = this.signed(randomBytes);
    const { recipients, environment } = open.lock;
    const same = recipients.find(
      (recipient) => recipient.id === id || Buffer.compare(added.publicKey, recipient.publicKey) === 0,
    );
    if (same !== undefined) {
      throw recipientProblem(
        same.id === id
          ? `recipient "${id}" is there already; remove it first, or choose another --id`
          : `this key opens the lock already, as recipient "${same.id}"`,
      );
    }
    const wrapped = wrapKeys({ id, role, ...added }, environment, open.allKeys(), randomBytes);
    return open
      .withLock({ ...open.lock, recipients: sortedById([...recipients, wrapped]) })
      .signed(randomBytes);
  }

  /**
   * Shuts a recipient out of everything that is written from now on: a new data key, wrapped for those who
   * stay, and every private key encrypted anew; a new signer, if the recipient could sign. What the
   * recipient could read before, it may have kept.
   *
   * @throws LockError `recipient` where there is no such recipient, or no other, `cannot-sign`
   */
  removeRecipient(id: string, randomBytes: RandomBytes): OpenLock {
    const open = this.signed(randomBytes);
    const { recipients } = open.lock;
    const removed = recipients.find((recipient) => recipient.id === id);
    const remaining = recipients.filter((recipient) => recipient !== removed);
    if (removed === undefined) {
      throw recipientProblem(
        `there is no recipient "${id}"; there are ${recipients.map((recipient) => recipient.id).join(", ")}`,
      );
    }
    if (remaining.length === 0) {
      throw recipientProblem(`"${id}" is the only recipient; add another before removing it`);
    }
    if (removed.role === "sign" && remaining.every(({ role }) => role === "open")) {
      throw recipientProblem(`"${id}" is the only recipient who may sign; add another before removing it`);
    }
    return open
      .withLock({ ...open.lock, recipients: remaining })
      .rekeyed({ signer: removed.role === "sign" }, randomBytes);
  }

  /**
   * The same lock under new keys: a new data key, wrapped for every recipient, and every private key encrypted anew.
   *
   * @param options.signer whether there is a new signer as well, so that nothing the former one signed from now on counts
   * @throws LockError `cannot-sign`, `tampered-lock`
   */
  rekeyed(options: { readonly signer: boolean }, randomBytes: RandomBytes): OpenLock {
    const open = this.signed(randomBytes);
    const keys = { ...open.allKeys(), dataKey: newKey(randomBytes) };
    const lock = lockWithSealedKeys(open.lock, (id, holder, sealed) =>
      sealKey(keys.dataKey, id, holder, open.openKey(id, holder, sealed), randomBytes),
    );
    const changed = new OpenLock(lock, keys, open.recipientId);
    return options.signer
      ? changed.withNewSigner(randomBytes)
      : changed.rewrapped(keys, randomBytes).signed(randomBytes);
  }

  private withNewSigner(randomBytes: RandomBytes): OpenLock {
    const signerKey = newKey(randomBytes);
    const lock: Lock = { ...this.lock, signer: newSigner(signerKey, randomBytes) };
    const keys = { dataKey: this.#keys.dataKey, signerKey };
    return new OpenLock(lock, keys, this.recipientId).rewrapped(keys, randomBytes).signed(randomBytes);
  }

  private rewrapped(keys: Required<LockKeys>, randomBytes: RandomBytes): OpenLock {
    const recipients = this.lock.recipients.map((recipient) =>
      wrapKeys(recipient, this.lock.environment, keys, randomBytes),
    );
    return this.withLock({ ...this.lock, recipients });
  }

  private allKeys(): Required<LockKeys> {
    return { dataKey: this.#keys.dataKey, signerKey: this.signerKey() };
  }

  private signerKey(): Buffer {
    if (this.#keys.signerKey === undefined) throw cannotSign(this.recipientId);
    return this.#keys.signerKey;
  }
}

function sealKey(
  dataKey: Buffer,
  identityId: string,
  holder: SealedHolder,
  pkcs8: Uint8Array,
  randomBytes: RandomBytes,
): SealedKey {
  return seal(pkcs8, dataKey, sealContext(identityId, holder), randomBytes);
}

/** Ties a ciphertext to its place, so that it cannot be swapped with another identity's. */
function sealContext(identityId: string, holder: SealedHolder): readonly unknown[] {
  const sha256 = "csr" in holder ? fingerprint("sha256", holder.csr) : certificateOf(leafOf(holder)).sha256;
  return [identityId, holder.generation, sha256];
}

function sortedById<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
