import fs, { constants, readFileSync, readlinkSync } from "node:fs";
import { copyFile, link, mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";

import { temporaryPath } from "./atomicReplace";
import { systemCode } from "./errors";

/** What a lock file says of the process that holds it. */
interface Holder {
  readonly user: string;
  readonly processId: number;
  readonly machine: string;
  readonly since: string;
  /** Which processes `processId` counts among; absent where that cannot be told. */
  readonly processSpace?: string;
}

/**
 * The file system as proper-lockfile sees it, which locks by a directory of its own: here the lock is a file
 * that appears with its holder in it, in one step (a hard link, exclusive on every file system, NFS
 * included), so that a run that is killed never leaves a lock that nobody can be asked about.
 */
export const lockFileSystem: object = {
  ...fs,
  mkdir: (lock: string, done: (cause: unknown) => void): void => {
    createLock(lock).then(() => done(null), done);
  },
  rmdir: fs.unlink,
  rmdirSync: fs.unlinkSync,
};

/** The holder in words for people. */
export async function describeHolder(lock: string): Promise<string> {
  const holder = await readHolder(lock);
  if (holder === undefined) return "another run";
  return `user ${holder.user}, process ${holder.processId} on ${holder.machine}, since ${holder.since}`;
}

/**
 * Removes the lock of a run that has been killed on this machine, so that the next one need not wait until
 * it is stale. Whether it is dead can be told only among processes that this one can see: same machine,
 * same boot, same container.
 */
export async function removeDeadLock(lock: string): Promise<void> {
  if (!isDead(await readHolder(lock))) return;
  const takeover = takeoverDirectory(lock);
  try {
    await mkdir(takeover);
  } catch {
    return;
  }
  try {
    // Again, now that nobody else can remove a lock that was taken in the meantime.
    if (isDead(await readHolder(lock))) await rm(lock, { force: true });
  } finally {
    await rmdir(takeover).catch(() => undefined);
  }
}

async function createLock(lock: string): Promise<void> {
  const written = temporaryPath(lock);
  const space = processSpace();
  const holder: Holder = {
    user: userInfo().username,
    processId: process.pid,
    machine: hostname(),
    since: new Date().toISOString(),
    ...(space === undefined ? {} : { processSpace: space }),
  };
  await writeFile(written, `${JSON.stringify(holder)}\n`, { mode: 0o644, flag: "wx" });
  try {
    await linkExclusively(written, lock);
  } catch (cause) {
    // Whoever holds the lock clears the directory of what looks left behind, this included.
    if (systemCode(cause) === "ENOENT")
      throw Object.assign(new Error("taken", { cause }), { code: "EEXIST" });
    throw cause;
  } finally {
    await rm(written, { force: true });
  }
}

async function linkExclusively(written: string, lock: string): Promise<void> {
  try {
    await link(written, lock);
  } catch (cause) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(systemCode(cause) ?? "")) throw cause;
    // A file system without hard links: still exclusive, only not in one step with the content.
    await copyFile(written, lock, constants.COPYFILE_EXCL);
  }
}

function isDead(holder: Holder | undefined): boolean {
  if (holder?.processSpace === undefined || holder.processSpace !== processSpace()) return false;
  try {
    process.kill(holder.processId, 0);
    return false;
  } catch (cause) {
    return systemCode(cause) === "ESRCH";
  }
}

/** Linux: the boot and the process namespace; elsewhere nothing, and locks are waited for until they are stale. */
function processSpace(): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(file, "utf8"));
    return isHolder(holder) ? holder : undefined;
  } catch {
    // Just gone, or of somebody else's making: then it is waited for until it is stale.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === "object" &&
    value !== null &&
    "processId" in value &&
    Number.isSafeInteger(value.processId) &&
    "user" in value &&
    "machine" in value &&
    "since" in value
  );
}

/** Exists while somebody removes a dead run's lock. */
export function takeoverDirectory(lock: string): string {
  return `${lock}.takeover`;
}
