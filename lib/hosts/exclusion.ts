import { posix } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { isCompanionOf, exclusionName } from "./companions";
import { fileFailed, HostError } from "./errors";
import { describeHolder, type ExclusionHolder, type Liveness } from "./exclusionHolder";
import { ExclusionWatch } from "./exclusionWatch";
import type { ExclusionOptions } from "./hostFiles";

const firstPauseMs = 20;
const longestPauseMs = 250;
const noticeEveryMs = 10_000;

/** How locks of processes that this one cannot see are told to be dead. */
export interface ExclusionTiming {
  /** For how long somebody who waits must see no sign of life. */
  readonly staleMs: number;
  readonly signOfLifeMs: number;
}

export const exclusionTiming: ExclusionTiming = { staleMs: 60_000, signOfLifeMs: 10_000 };

/** A lock as it is found. */
export interface FoundExclusion {
  /** What to remove to take it over: the holder's file, or the plain file of an earlier version. */
  readonly entry: string;
  readonly holder: ExclusionHolder | undefined;
  /** Changes with every sign of life of the holder. Whose clock it is by does not matter. */
  readonly sign: string;
}

/** A lock that this process holds. */
export interface OwnExclusion {
  readonly directory: string;
  readonly entry: string;
}

/** What a machine does about locks, each step for all who try at once. Paths are real ones of that machine. */
export interface ExclusionSteps {
  /** Undefined where nobody holds it. */
  find(directory: string): Promise<FoundExclusion | undefined>;
  /** Acquires a lock that nobody holds; undefined where somebody was faster. */
  create(directory: string, now: Date): Promise<OwnExclusion | undefined>;
  /** Removes a dead holder from a lock; nobody who has taken it since. */
  removeHolder(directory: string, found: FoundExclusion): Promise<void>;
  /** Whether nobody has taken the lock over. */
  isHeld(own: OwnExclusion): Promise<boolean>;
  giveSignOfLife(own: OwnExclusion, now: Date): Promise<void>;
  /** At once where the machine is this one, so that it works as the last act of a process too. */
  remove(own: OwnExclusion): void | Promise<void>;
  livenessOf(found: FoundExclusion): Promise<Liveness>;
  /** Whether something stands beside `file` that a killed run may have left, its lock included. */
  hasLeftovers(file: string): Promise<boolean>;
  /** Removes what killed runs left half written beside `file`. */
  removeLeftovers(file: string): Promise<void>;
  /** `paths` of that machine. */
  readonly paths: Pick<typeof posix, "join" | "dirname" | "basename">;
}

/**
 * One run at a time at a file of one machine: who waits for whom, for how long, and when a lock is taken over. The
 * steps are the machine's.
 */
export class Exclusions {
  /** Locks of this process, by the real path of the file; "asking" while one is being acquired. */
  private readonly own = new Map<string, OwnExclusion | "asking">();
  /** Files whose leftovers this process has looked for. */
  private readonly cleared = new Set<string>();

  constructor(
    private readonly steps: ExclusionSteps,
    private readonly timing: ExclusionTiming = exclusionTiming,
  ) {}

  /**
   * Runs `action` while holding the lock of `file`, the directory `.<name>.cdktf-trust.lock` beside
   * it. Clears what a killed run left beside the file first.
   *
   * @param file - real path on the machine
   * @param path - the path as its host knows it, for messages
   */
  async within<T>(
    file: string,
    path: string,
    action: () => Promise<T>,
    options: ExclusionOptions,
  ): Promise<T> {
    const release = await this.acquire(file, path, options);
    try {
      await inFolder(path, () => this.steps.removeLeftovers(file));
      const result = await action();
      await this.assertHeld(file, path);
      return result;
    } finally {
      await release();
    }
  }

  /**
   * Refuses to go on where this process has held the lock of `file`, or of the file that `file` is kept beside,
   * and lost it, for example to a suspend.
   */
  async assertHeld(file: string, path: string): Promise<void> {
    for (const lock of this.heldFor(file)) if (!(await this.steps.isHeld(lock))) throw lockLost(path);
  }

  /** The locks of this process that a write of `file` goes by. */
  heldFor(file: string): OwnExclusion[] {
    return [...this.own].flatMap(([locked, lock]) =>
      lock === "asking" || !this.covers(locked, file) ? [] : [lock],
    );
  }

  /** Clears what killed runs left beside `file`, once a process. Waits for nobody, and fails for nothing. */
  async clearLeftovers(file: string): Promise<void> {
    if (this.cleared.has(file)) return;
    this.cleared.add(file);
    try {
      if (!(await this.steps.hasLeftovers(file))) return;
      const release = await this.tryOnce(file, new ExclusionWatch(this.timing.staleMs));
      if (typeof release !== "function") return;
      try {
        await this.steps.removeLeftovers(file);
      } finally {
        await release();
      }
    } catch {
      // Who may only read sees the file all the same; the next run that writes says what is wrong.
    }
  }

  /** Gives all locks back, as the last act of a process. */
  releaseAll(): void {
    for (const lock of this.own.values()) {
      try {
        if (lock !== "asking") void this.steps.remove(lock);
      } catch {
        // The process ends; the next run finds the lock of a dead one.
      }
    }
  }

  private async acquire(file: string, path: string, options: ExclusionOptions): Promise<Release> {
    const timeoutMs = options.timeoutMs ?? 300_000;
    const started = performance.now();
    const watch = new ExclusionWatch(this.timing.staleMs);
    let noticeAtMs = options.noticeAfterMs ?? 2_000;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.6, longestPauseMs)) {
      const attempt = await inFolder(path, () => this.tryOnce(file, watch));
      if (typeof attempt === "function") return attempt;
      const waitedMs = Math.round(performance.now() - started);
      if (waitedMs >= timeoutMs) {
        throw new HostError(
          "locked",
          `${path} is locked by ${await this.nameHolder(file, attempt)}; waited ${Math.round(waitedMs / 1000)} seconds. Run again when that run is done. If it is dead, remove ${this.lockPath(file)}. Nothing was changed.`,
        );
      }
      if (waitedMs >= noticeAtMs) {
        options.onWait?.({ path, waitedMs, holder: await this.nameHolder(file, attempt) });
        noticeAtMs = waitedMs + noticeEveryMs;
      }
      // Jitter, so that several waiting runs do not ask in step.
      await sleep(pauseMs * (0.75 + Math.random() / 2));
    }
  }

  /** How to release the lock; otherwise who holds it, where that can be told. */
  private async tryOnce(file: string, watch: ExclusionWatch): Promise<Release | FoundExclusion | undefined> {
    if (this.own.has(file)) return undefined;
    // Marked before the first await, so that this process competes with itself no more than with others.
    this.own.set(file, "asking");
    let lock: OwnExclusion | undefined;
    try {
      const found = await this.steps.find(this.lockPath(file));
      if (found !== undefined) {
        if (!(await this.isDead(found, watch))) return found;
        await this.steps.removeHolder(this.lockPath(file), found);
      }
      lock = await this.steps.create(this.lockPath(file), new Date());
      return lock === undefined ? undefined : this.hold(file, lock);
    } finally {
      if (lock === undefined) this.own.delete(file);
    }
  }

  private async isDead(found: FoundExclusion, watch: ExclusionWatch): Promise<boolean> {
    const liveness = await this.steps.livenessOf(found);
    if (liveness !== "unknown") return liveness === "dead";
    return watch.isStale(found.sign, performance.now());
  }

  private hold(file: string, lock: OwnExclusion): Release {
    this.own.set(file, lock);
    // What fails here is found before the next write.
    const beat = (): void => void this.steps.giveSignOfLife(lock, new Date()).catch(() => undefined);
    const pulse = setInterval(beat, this.timing.signOfLifeMs);
    pulse.unref();
    return async () => {
      clearInterval(pulse);
      this.own.delete(file);
      await this.steps.remove(lock);
    };
  }

  /** Of a lock of this process, or of one that was released just now, nothing is known yet. */
  private async nameHolder(file: string, found: FoundExclusion | undefined): Promise<string> {
    const known = found ?? (await this.steps.find(this.lockPath(file)));
    return describeHolder(known?.holder);
  }

  private covers(locked: string, file: string): boolean {
    const { dirname, basename } = this.steps.paths;
    if (locked === file) return true;
    return dirname(locked) === dirname(file) && isCompanionOf(basename(locked), basename(file));
  }

  private lockPath(file: string): string {
    const { join, dirname, basename } = this.steps.paths;
    return join(dirname(file), exclusionName(basename(file)));
  }
}

type Release = () => Promise<void>;

/** A run that has lost its lock writes no more. */
export function lockLost(path: string): HostError {
  return new HostError(
    "lock-lost",
    `${path}: this run stood still for more than ${exclusionTiming.staleMs / 1000} seconds, or lost its connection, and another one has taken over the lock. Run again.`,
  );
}

async function inFolder<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw fileFailed("lock", path, cause);
  }
}
