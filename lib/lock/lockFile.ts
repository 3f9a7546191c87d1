import { linkSync, renameSync } from "node:fs";
import { join } from "node:path";
import { firstLine } from "../hosts";
import { systemCode } from "../model/systemCode";
import { LOCAL_ENVIRONMENT, TrustError } from "../model";
import { LockError, lockChanged } from "./errors";
import { readIfThere, throughTemporary } from "./atomicFile";
import { formatLock } from "./format";
import type { Lock } from "./lock";
import { readLock } from "./readLock";
import { newRecipientKey } from "./recipientKey";
import type { RandomBytes } from "./recipients";

/** A lock as it was read, so that a write can tell whether somebody else wrote in between. */
export interface LoadedLock {
  readonly path: string;
  /** Undefined where there is no file yet. */
  readonly text: string | undefined;
  readonly lock: Lock | undefined;
}

/** Where an environment's lock is: beside `cdktf.json`, or under `.local/` for the environment `local`. */
export function lockPath(projectDirectory: string, environment: string): string {
  const name = `trust.lock.${environment}.json`;
  return environment === LOCAL_ENVIRONMENT
    ? join(projectDirectory, ".local", name)
    : join(projectDirectory, name);
}

/** Where the key of the environment `local` is. */
export function localKeyPath(projectDirectory: string): string {
  return join(projectDirectory, ".local", "lock.key");
}

/**
 * Reads an environment's lock. A file that is not one is an error and stays as it is.
 *
 * @throws LockError as `readLock` does, with the path in front
 */
export function loadLock(projectDirectory: string, environment: string): LoadedLock {
  const path = lockPath(projectDirectory, environment);
  const text = readIfThere(path);
  if (text === undefined) return { path, text, lock: undefined };
  try {
    return { path, text, lock: readLock(text, environment) };
  } catch (error) {
    throw inFile(path, error);
  }
}

/**
 * Writes a signed lock in the place of the one that was read: whole or not at all, and never over what somebody
 * else wrote meanwhile. A lock that is as it was is not written.
 *
 * @throws LockError `lock-changed`
 */
export function saveLock(loaded: LoadedLock, lock: Lock, randomBytes: RandomBytes): LoadedLock {
  const text = formatLock(lock);
  if (text === loaded.text) return { ...loaded, lock };
  throughTemporary(loaded.path, text, 0o644, randomBytes, (temporary, path) => {
    if (readIfThere(path) !== loaded.text) throw lockChanged(loaded.path);
    renameSync(temporary, path);
  });
  return { path: loaded.path, text, lock };
}

/** Writes a lock to a file, whole or not at all, whatever is there. */
export function writeLockFile(path: string, lock: Lock, randomBytes: RandomBytes): void {
  throughTemporary(path, formatLock(lock), 0o644, randomBytes, renameSync);
}

/**
 * Creates a file that holds a new key of 256 bits, readable by its owner alone; one that is there stays.
 *
 * @returns the key that the file holds now
 */
export function createKeyFile(path: string, randomBytes: RandomBytes): { key: string; created: boolean } {
  const existing = readIfThere(path);
  if (existing !== undefined) return { key: firstLine(existing), created: false };
  const key = Buffer.from(randomBytes(32)).toString("base64url");
  const created = writeNewSecret(path, `${key}\n`, randomBytes);
  return { key: created ? key : firstLine(readIfThere(path) ?? ""), created };
}

/**
 * Creates a file that holds a recipient's private key, readable by its owner alone, with the public one below it for
 * people.
 *
 * @returns the public key; undefined where there is a file already, which stays as it is
 */
export function createRecipientKeyFile(path: string, randomBytes: RandomBytes): string | undefined {
  if (readIfThere(path) !== undefined) return undefined;
  const { privateText, publicText } = newRecipientKey(randomBytes);
  const created = writeNewSecret(path, `${privateText}\npublic key: ${publicText}\n`, randomBytes);
  return created ? publicText : undefined;
}

/** A link, unlike a rename, never replaces the file that another process made first. */
function writeNewSecret(path: string, text: string, randomBytes: RandomBytes): boolean {
  return throughTemporary(path, text, 0o600, randomBytes, linkIfAbsent);
}

function linkIfAbsent(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** The error with the path in front, where it is one that people read. */
export function inFile(path: string, error: unknown): unknown {
  return error instanceof TrustError
    ? new LockError(error.code, `${path}: ${error.message}`, { cause: error })
    : error;
}
