import { existsSync } from "node:fs";
import { secretFor } from "../hosts/secret";
import { LOCAL_ENVIRONMENT, type SecretReference } from "../model";
import { createLock, openLock } from "./createLock";
import { localKeyMissing } from "./errors";
import type { Lock } from "./lock";
import { type LoadedLock, createKeyFile, inFile, loadLock, localKeyPath, saveLock } from "./lockFile";
import type { OpenLock } from "./openLock";
import type { RandomBytes } from "./recipients";
import type { LockSigner } from "./signer";
import { type SignerPins, loadPins, pinSigner } from "./signerPins";
import { checkTrust } from "./trust";
import { signerWithoutLock } from "./trustErrors";

/** Where the key of every environment but `local` is looked for. */
export const DEFAULT_LOCK_KEY: SecretReference = "env:CDKTF_TRUST_LOCK_KEY";

export interface LockSessionOptions {
  /** Directory of `cdktf.json`. */
  readonly projectDirectory: string;
  /** What the project is called. */
  readonly project: string;
  readonly environment: string;
  /** @default - `env:CDKTF_TRUST_LOCK_KEY`; for the environment `local`, `.local/lock.key`, made on first use */
  readonly key?: SecretReference;
  /**
   * `lockSigner` of the environment: public keys, one of which must have signed the lock.
   *
   * @default - none yet; for the environment `local`, what `.local/lock.signer` says
   */
  readonly signers?: readonly LockSigner[];
  readonly resolveSecret: (reference: SecretReference) => string;
  readonly randomBytes: RandomBytes;
}

/**
 * One environment's lock for the length of a command: read once, opened at most once and only when a
 * private key is needed, written whenever it changed.
 */
export class LockSession {
  private readonly options: LockSessionOptions;
  private loaded: LoadedLock;
  private pins: SignerPins;
  private opened: OpenLock | undefined;

  /** @throws LockError where there is a lock that cannot be read, or must not be trusted */
  constructor(options: LockSessionOptions) {
    const { projectDirectory, project, environment, signers = [] } = options;
    this.options = options;
    this.pins = loadPins(projectDirectory, environment, signers);
    this.loaded = loadLock(projectDirectory, environment);
    const { lock, path } = this.loaded;
    try {
      if (lock !== undefined) checkTrust(lock, this.pins, project);
    } catch (error) {
      throw inFile(path, error);
    }
  }

  get environment(): string {
    return this.options.environment;
  }

  get path(): string {
    return this.loaded.path;
  }

  /** Undefined where the environment has none yet. */
  get lock(): Lock | undefined {
    return this.loaded.lock;
  }

  /** False for a lock of version 1, which the next `save` signs. */
  get isSigned(): boolean {
    return this.lock === undefined || this.lock.signer !== undefined;
  }

  /** Public keys that are pinned for the lock, as `cdktf.json` writes them. */
  get signers(): readonly LockSigner[] {
    return this.pins.signers;
  }

  /**
   * The open lock; a new, empty one where the environment has none yet. Costs one key derivation the
   * first time.
   *
   * @throws LockError `wrong-lock-key`, `tampered-lock`, `local-key-missing`, `weak-lock-key`
   * @throws what `resolveSecret` throws for a key that cannot be found
   */
  open(): OpenLock {
    const { lock } = this.loaded;
    if (this.opened === undefined) {
      this.opened = lock === undefined ? this.create() : openLock(lock, this.resolveKey());
    } else if (lock !== undefined && this.opened.lock !== lock) {
      this.opened = this.opened.withLock(lock);
    }
    return this.opened;
  }

  /**
   * Signs what the lock has become and writes it, if it changed. The first time, its signer is pinned in
   * `cdktf.json`, or for `local` beside its key.
   *
   * @param open the open lock, where its keys were replaced
   * @throws LockError `lock-changed`, `cannot-sign`, `unusable-project-file`, and what `open` throws
   */
  save(lock: Lock, open: OpenLock = this.open()): void {
    const { projectDirectory, project, environment, randomBytes } = this.options;
    const signed = open.withLock({ ...lock, project }).signed(randomBytes);
    const { signer } = signed;
    const isPinned = signer === undefined || this.pins.signers.includes(signer);
    const pin = isPinned ? undefined : pinSigner(projectDirectory, environment, signer, randomBytes);
    this.loaded = saveLock(this.loaded, signed.lock, randomBytes);
    this.opened = signed;
    if (pin !== undefined) this.pins = pin();
  }

  private create(): OpenLock {
    const { project, environment, randomBytes } = this.options;
    if (environment !== LOCAL_ENVIRONMENT && this.pins.signers.length > 0) {
      throw signerWithoutLock(this.path, environment);
    }
    const passphrase = this.resolveKey();
    const recipientId = this.recipientId();
    return createLock({ project, environment, recipientId, passphrase, randomBytes });
  }

  private resolveKey(): string {
    const { projectDirectory, environment, key, randomBytes, resolveSecret } = this.options;
    const ofLock = secretFor(`the key of the lock (environment ${environment})`, resolveSecret);
    if (key !== undefined) return ofLock(key);
    if (environment !== LOCAL_ENVIRONMENT) return ofLock(DEFAULT_LOCK_KEY);
    const keyFile = localKeyPath(projectDirectory);
    if (this.loaded.lock !== undefined && !existsSync(keyFile)) {
      throw localKeyMissing(keyFile, this.loaded.path);
    }
    return createKeyFile(keyFile, randomBytes).key;
  }

  private recipientId(): string {
    const { environment, key } = this.options;
    if (key === undefined && environment === LOCAL_ENVIRONMENT) return LOCAL_ENVIRONMENT;
    return recipientIdOf(key ?? DEFAULT_LOCK_KEY);
  }
}

/**
 * What a recipient is called unless somebody says otherwise: the variable's name, the file's without its
 * extension, or `command`.
 */
export function recipientIdOf(reference: SecretReference): string {
  if (reference.startsWith("env:")) return reference.slice(4);
  if (reference.startsWith("cmd:")) return "command";
  return reference
    .slice(5)
    .replace(/^.*[\\/]/, "")
    .replace(/(?<=.)\.[^.]*$/, "");
}
