import { rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { lock } from "proper-lockfile";

import { removeLeftovers } from "./atomicReplace";
import { lockName } from "./companions";
import { fileFailed, HostError, systemCode } from "./errors";
import type { LockOptions } from "./hostFiles";
import { describeHolder, lockFileSystem, removeDeadLock, takeoverDirectory } from "./lockHolder";

/** After how long without a sign of life a lock counts as left behind by a killed run. */
const staleMs = 60_000;
const signOfLifeMs = 10_000;
const firstPauseMs = 20;
const longestPauseMs = 250;
const noticeEveryMs = 10_000;

/** Locks of this process, by the real path of the file; `true` when somebody else took the lock over. */
const lost = new Map<string, boolean>();

/**
 * Runs `action` while holding the lock of `file`, the file `.<name>.cdktf-trust.lock` beside
 * it. Clears what a killed run left beside the file first.
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
    if (lost.get(file) === false) await release();
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
    await rmdir(takeoverDirectory(lockPath(file))).catch(() => undefined);
    await removeLeftovers(file);
  } catch (cause) {
    throw fileFailed("lock", path, cause);
  }
}

async function acquire(file: string, path: string, options: LockOptions): Promise<() => Promise<void>> {
  const held = lockPath(file);
  const timeoutMs = options.timeoutMs ?? 300_000;
  const started = performance.now();
  let noticeAtMs = options.noticeAfterMs ?? 2_000;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
    const release = await tryLock(file, path);
    if (release !== undefined) return release;
    await removeDeadLock(held);
    const waitedMs = Math.round(performance.now() - started);
    if (waitedMs >= timeoutMs) {
      throw new HostError(
        "locked",
        `${path} is locked by ${await describeHolder(held)}; waited ${Math.round(waitedMs / 1000)} seconds. Run again when that run is done. If it is dead, remove ${held}. Nothing was changed.`,
      );
    }
    if (waitedMs >= noticeAtMs) {
      options.onWait?.({ path, waitedMs, holder: await describeHolder(held) });
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
      lockfilePath: lockPath(file),
      fs: lockFileSystem,
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

function lockPath(file: string): string {
  return join(dirname(file), lockName(basename(file)));
}
