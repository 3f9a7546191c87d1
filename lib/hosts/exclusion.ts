import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { isCompanionOf, exclusionName } from "./companions";
import { fileFailed, HostError } from "./errors";
import type { ExclusionOptions } from "./hostFiles";
import { hasLeftovers, removeLeftovers } from "./leftovers";
import {
  createExclusion,
  findExclusion,
  type FoundExclusion,
  giveSignOfLife,
  isHeld,
  type OwnExclusion,
  removeHolder,
  removeExclusion,
} from "./exclusionDirectory";
import { describeHolder, livenessOf } from "./exclusionHolder";
import { ExclusionWatch } from "./exclusionWatch";

const firstPauseMs = 20;
const longestPauseMs = 250;
const noticeEveryMs = 10_000;

/** How locks of processes that this one cannot see are told to be dead. */
export interface ExclusionTiming {
  /** For how long somebody who waits must see no sign of life. */
  readonly staleMs: number;
  readonly signOfLifeMs: number;
}

const exclusionTiming: ExclusionTiming = { staleMs: 60_000, signOfLifeMs: 10_000 };

/** Locks of this process, by the real path of the file; "asking" while one is being acquired. */
const own = new Map<string, OwnExclusion | "asking">();

/** Files whose leftovers this process has looked for. */
const cleared = new Set<string>();

/**
 * Runs `action` while holding the lock of `file`, the directory `.<name>.cdktf-trust.lock` beside
 * it. Clears what a killed run left beside the file first.
 *
 * @param file - real path on this machine
 * @param path - the path as its host knows it, for messages
 */
export async function withExclusion<T>(
  file: string,
  path: string,
  action: () => Promise<T>,
  options: ExclusionOptions,
  timing = exclusionTiming,
): Promise<T> {
  const release = await acquire(file, path, options, timing);
  try {
    await inFolder(path, () => removeLeftovers(file));
    const result = await action();
    await assertExclusionHeld(file, path);
    return result;
  } finally {
    release();
  }
}

/**
 * Refuses to go on where this process has held the lock of `file`, or of the file that `file` is kept beside,
 * and lost it, for example to a suspend.
 */
export async function assertExclusionHeld(file: string, path: string): Promise<void> {
  for (const [locked, lock] of own) {
    if (lock === "asking" || !covers(locked, file) || (await isHeld(lock))) continue;
    throw new HostError(
      "lock-lost",
      `${path}: this run stood still for more than ${exclusionTiming.staleMs / 1000} seconds, and another one has taken over the lock. Run again.`,
    );
  }
}

/** Clears what killed runs left beside `file`, once a process. Waits for nobody, and fails for nothing. */
export async function clearLeftovers(file: string): Promise<void> {
  if (cleared.has(file)) return;
  cleared.add(file);
  try {
    if (!(await hasLeftovers(file))) return;
    const release = await tryExclusion(file, exclusionTiming, new ExclusionWatch(exclusionTiming.staleMs));
    if (typeof release !== "function") return;
    try {
      await removeLeftovers(file);
    } finally {
      release();
    }
  } catch {
    // Who may only read sees the file all the same; the next run that writes says what is wrong.
  }
}

async function acquire(
  file: string,
  path: string,
  options: ExclusionOptions,
  timing: ExclusionTiming,
): Promise<() => void> {
  const timeoutMs = options.timeoutMs ?? 300_000;
  const started = performance.now();
  const watch = new ExclusionWatch(timing.staleMs);
  let noticeAtMs = options.noticeAfterMs ?? 2_000;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
    const attempt = await inFolder(path, () => tryExclusion(file, timing, watch));
    if (typeof attempt === "function") return attempt;
    const waitedMs = Math.round(performance.now() - started);
    if (waitedMs >= timeoutMs) {
      throw new HostError(
        "locked",
        `${path} is locked by ${await nameHolder(file, attempt)}; waited ${Math.round(waitedMs / 1000)} seconds. Run again when that run is done. If it is dead, remove ${exclusionPath(file)}. Nothing was changed.`,
      );
    }
    if (waitedMs >= noticeAtMs) {
      options.onWait?.({ path, waitedMs, holder: await nameHolder(file, attempt) });
      noticeAtMs = waitedMs + noticeEveryMs;
    }
    // Jitter, so that several waiting runs do not ask in step.
    await sleep(pauseMs * (0.75 + Math.random() / 2));
  }
}

/** How to release the lock; otherwise who holds it, where that can be told. */
async function tryExclusion(
  file: string,
  timing: ExclusionTiming,
  watch: ExclusionWatch,
): Promise<(() => void) | FoundExclusion | undefined> {
  if (own.has(file)) return undefined;
  // Marked before the first await, so that this process competes with itself no more than with others.
  own.set(file, "asking");
  let lock: OwnExclusion | undefined;
  try {
    const found = await findExclusion(exclusionPath(file));
    if (found !== undefined) {
      if (!isDead(found, watch)) return found;
      await removeHolder(exclusionPath(file), found);
    }
    lock = await createExclusion(exclusionPath(file), new Date());
    return lock === undefined ? undefined : hold(file, lock, timing);
  } finally {
    if (lock === undefined) own.delete(file);
  }
}

function isDead(found: FoundExclusion, watch: ExclusionWatch): boolean {
  const liveness = livenessOf(found.holder);
  if (liveness !== "unknown") return liveness === "dead";
  return watch.isStale(found.sign, performance.now());
}

function hold(file: string, lock: OwnExclusion, { signOfLifeMs }: ExclusionTiming): () => void {
  own.set(file, lock);
  // What fails here is found before the next write.
  const pulse = setInterval(() => void giveSignOfLife(lock, new Date()).catch(() => undefined), signOfLifeMs);
  pulse.unref();
  releaseAtExit();
  return () => {
    clearInterval(pulse);
    own.delete(file);
    removeExclusion(lock);
  };
}

let releasesAtExit = false;

/** So that nobody waits for a process that ended properly, by `process.exit` or by a signal. */
function releaseAtExit(): void {
  if (releasesAtExit) return;
  releasesAtExit = true;
  process.on("exit", releaseAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const listener = (): void => {
      // Somebody else listens too and decides whether the process ends.
      if (process.listenerCount(signal) > 1) return;
      releaseAll();
      process.off(signal, listener);
      process.kill(process.pid, signal);
    };
    process.on(signal, listener);
  }
}

function releaseAll(): void {
  for (const lock of own.values()) {
    try {
      if (lock !== "asking") removeExclusion(lock);
    } catch {
      // The process ends; the next run finds the lock of a dead one.
    }
  }
}

/** Of a lock of this process, or of one that was released just now, nothing is known yet. */
async function nameHolder(file: string, found: FoundExclusion | undefined): Promise<string> {
  const known = found ?? (await findExclusion(exclusionPath(file)));
  return describeHolder(known?.holder);
}

function covers(locked: string, file: string): boolean {
  if (locked === file) return true;
  return dirname(locked) === dirname(file) && isCompanionOf(basename(locked), basename(file));
}

async function inFolder<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw fileFailed("lock", path, cause);
  }
}

function exclusionPath(file: string): string {
  return join(dirname(file), exclusionName(basename(file)));
}
