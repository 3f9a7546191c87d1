import { existsSync } from "node:fs";
import { LOCAL_ENVIRONMENT, type SecretReference } from "../model";
import { localKeyMissing } from "./errors";
import type { Lock } from "./lock";
import { type LoadedLock, createKeyFile, loadLock, localKeyPath, saveLock } from "./lockFile";
import { type OpenLock, createLock, openLock } from "./openLock";
import type { RandomBytes } from "./recipients";

/** Where the key of every environment but `local` is looked for. */
export const DEFAULT_LOCK_KEY: SecretReference = "env:CDKTF_TRUST_LOCK_KEY";

export interface LockSessionOptions {
  /** Directory of `cdktf.json`. */
  readonly projectDirectory: string;
  readonly environment: string;
  /** @default - `env:CDKTF_TRUST_LOCK_KEY`; for the environment `local`, `.local/lock.key`, made on first use */
  readonly key?: SecretReference;
  readonly resolveSecret: (reference: SecretReference) => string;
  readonly randomBytes: RandomBytes;
}

/**
 * One environment's lock for the length of a command: read once, opened at most once and only when a
 * private key is needed, written whenever it changed.
 */
export class LockSession {
  readonly #options: LockSessionOptions;
  #loaded: LoadedLock;
  #open: OpenLock | undefined;

  /** @throws LockError where there is a lock that cannot be read */
  constructor(options: LockSessionOptions) {
    this.#options = options;
    this.#loaded = loadLock(options.projectDirectory, options.environment);
  }

  get path(): string {
    return this.#loaded.path;
  }

  /** Undefined where the environment has none yet. */
  get lock(): Lock | undefined {
    return this.#loaded.lock;
  }

  /**
   * The open lock; a new, empty one where the environment has none yet. Costs one key derivation the
   * first time.
   *
   * @throws LockError `wrong-lock-key`, `tampered-lock`, `local-key-missing`, `weak-lock-key`
   * @throws what `resolveSecret` throws for a key that cannot be found
   */
  open(): OpenLock {
    const { lock } = this.#loaded;
    if (this.#open === undefined) {
      this.#open = lock === undefined ? this.#create() : openLock(lock, this.#resolveKey());
    } else if (lock !== undefined && this.#open.lock !== lock) {
      this.#open = this.#open.withLock(lock);
    }
    return this.#open;
  }

  /**
   * Writes what the lock has become, if it changed.
   *
   * @param open the open lock, where its data key was replaced
   * @throws LockError `lock-changed`
   */
  save(lock: Lock, open?: OpenLock): void {
    this.#loaded = saveLock(this.#loaded, lock, this.#options.randomBytes);
    this.#open = open ?? this.#open;
  }

  #create(): OpenLock {
    const { environment, randomBytes } = this.#options;
    const passphrase = this.#resolveKey();
    return createLock({ environment, recipientId: this.#recipientId(), passphrase, randomBytes });
  }

  #resolveKey(): string {
    const { projectDirectory, environment, key, randomBytes, resolveSecret } = this.#options;
    if (key !== undefined) return resolveSecret(key);
    if (environment !== LOCAL_ENVIRONMENT) return resolveSecret(DEFAULT_LOCK_KEY);
    const keyFile = localKeyPath(projectDirectory);
    if (this.#loaded.lock !== undefined && !existsSync(keyFile)) {
      throw localKeyMissing(keyFile, this.#loaded.path);
    }
    return createKeyFile(keyFile, randomBytes).key;
  }

  #recipientId(): string {
    const { environment, key } = this.#options;
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
