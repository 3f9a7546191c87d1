import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { lock } from "proper-lockfile";

import { removeLeftovers } from "./atomicReplace";
import { fileFailed, HostError, systemCode } from "./errors";
import type { LockOptions } from "./hostFiles";

/** After how long without a sign of life a lock counts as left behind by a killed run. */
const staleMs = 60_000;
const signOfLifeMs = 10_000;
const firstPauseMs = 20;
const longestPauseMs = 1_000;
const noticeEveryMs = 10_000;

/** Locks of this process, by the real path of the file; `true` when somebody else took the lock over. */
const lost = new Map<string, boolean>();

/**
 * Runs `action` while holding the lock of `file`: a directory `.<name>.cdktf-trust.lock` beside it, which
 * is atomic on every file system, NFS included. Clears what a killed run left beside the file first.
 *
 * @param file - real path on this machine
 * @param path - the path as its host knows it, for messages
 */
export async function lockFile<T>(
  file: string,
  path: string,
  action: () => Promise<T>,
  options: LockOptions,
): Promise<T> {
  const release = await acquire(file, path, options);
  try {
    await prepare(file, path);
    const result = await action();
    assertLockHeld(file, path);
    return result;
  } finally {
    if (lost.get(file) === false) {
      await rm(holderFile(file), { force: true });
      await release();
    }
    lost.delete(file);
  }
}

/** Refuses to go on where this process has held the lock of `file` and lost it, for example to a suspend. */
export function assertLockHeld(file: string, path: string): void {
  if (lost.get(file) !== true) return;
  throw new HostError(
    "lock-lost",
    `${path}: this run stood still for more than ${staleMs / 1000} seconds, and another one has taken over the lock. Run again.`,
  );
}

async function prepare(file: string, path: string): Promise<void> {
  try {
    await writeHolder(file);
    await removeLeftovers(file);
  } catch (cause) {
    throw fileFailed("lock", path, cause);
  }
}

async function acquire(file: string, path: string, options: LockOptions): Promise<() => Promise<void>> {
  const timeoutMs = options.timeoutMs ?? 300_000;
  const started = performance.now();
  let noticeAtMs = options.noticeAfterMs ?? 2_000;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
    const release = await tryLock(file, path);
    if (release !== undefined) return release;
    const waitedMs = Math.round(performance.now() - started);
    if (waitedMs >= timeoutMs) {
      throw new HostError(
        "locked",
        `${path} is locked by ${await describeHolder(file)}; waited ${Math.round(waitedMs / 1000)} seconds. Run again when that run is done. If it is dead, remove ${lockDirectory(file)}. Nothing was changed.`,
      );
    }
    if (waitedMs >= noticeAtMs) {
      options.onWait?.({ path, waitedMs, holder: await describeHolder(file) });
      noticeAtMs = waitedMs + noticeEveryMs;
    }
    // Jitter, so that several waiting runs do not ask in step.
    await sleep(pauseMs * (0.75 + Math.random() / 2));
  }
}

async function tryLock(file: string, path: string): Promise<(() => Promise<void>) | undefined> {
  if (lost.has(file)) return undefined;
  // Marked before the first await, so that this process competes with itself no more than with others.
  lost.set(file, false);
  try {
    return await lock(file, {
      lockfilePath: lockDirectory(file),
      realpath: false,
      retries: 0,
      stale: staleMs,
      update: signOfLifeMs,
      onCompromised: () => lost.set(file, true),
    });
  } catch (cause) {
    lost.delete(file);
    if (systemCode(cause) === "ELOCKED") return undefined;
    throw fileFailed("lock", path, cause);
  }
}

interface Holder {
  readonly machine: string;
  readonly user: string;
  readonly processId: number;
  readonly since: string;
}

async function writeHolder(file: string): Promise<void> {
  const holder: Holder = {
    machine: hostname(),
    user: userInfo().username,
    processId: process.pid,
    since: new Date().toISOString(),
  };
  await writeFile(holderFile(file), `${JSON.stringify(holder)}\n`, { mode: 0o644 });
}

async function describeHolder(file: string): Promise<string> {
  const holder = await readHolder(file);
  if (holder === undefined) return "another run";
  return `user ${holder.user}, process ${holder.processId} on ${holder.machine}, since ${holder.since}`;
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(holderFile(file), "utf8"));
    return isHolder(holder) ? holder : undefined;
  } catch {
    // Not written yet, or being written: it is for people, the lock itself does not depend on it.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === "object" &&
    value !== null &&
    "user" in value &&
    "processId" in value &&
    "machine" in value
  );
}

function lockDirectory(file: string): string {
  return join(dirname(file), `.${basename(file)}.cdktf-trust.lock`);
}

function holderFile(file: string): string {
  return join(dirname(file), `.${basename(file)}.cdktf-trust.holder.json`);
}
