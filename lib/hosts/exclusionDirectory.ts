import { randomBytes } from "node:crypto";
import { type BigIntStats, rmdirSync, unlinkSync } from "node:fs";
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  stat,
  unlink,
  utimes,
} from "node:fs/promises";
import { dirname, join } from "node:path";

import type { FoundExclusion, OwnExclusion } from "./exclusion";
import { temporaryPath } from "./atomicReplace";
import { withDirectory } from "./directory";
import { companionIsLink, notRegular } from "./errors";
import { systemCode } from "../model/systemCode";
import { parseHolder, thisHolder } from "./exclusionHolder";
import { readRegularFile } from "./regularFile";

/*
 * The lock of a file is a directory with one file in it, whose name nobody else has ever had:
 *
 *   acquire    the directory is made elsewhere, complete, and renamed into place. That fails while one with
 *              a file in it is there, and succeeds for one of all who try.
 *   take over  removes the dead holder's file by its name, and acquires. Whoever is late with the first step
 *              finds no such name, and can never remove the file of a living holder.
 *   release    removes one's own file by its name, and then the directory, which the system refuses while
 *              somebody else's is in it.
 *
 * An earlier version locked by a plain file in this place. Renaming a directory over a file fails, as does
 * its own way of locking while a directory is there, so that each version waits for the other.
 */

const maximumHolderBytes = 2 ** 16;

/** @returns undefined where nobody holds it */
export async function findExclusion(directory: string): Promise<FoundExclusion | undefined> {
  const status = await missingAsUndefined(lstat(directory, { bigint: true }));
  if (status === undefined) return undefined;
  if (status.isSymbolicLink()) throw companionIsLink(directory);
  if (status.isFile()) return describe(directory, status);
  if (!status.isDirectory()) throw notRegular(directory);
  const names = (await missingAsUndefined(readdir(directory))) ?? [];
  const [name] = names.filter(isToken);
  if (name === undefined) return names.length === 0 ? undefined : describe(directory, status);
  const entry = join(directory, name);
  const held = await missingAsUndefined(lstat(entry, { bigint: true }));
  return held === undefined ? undefined : describe(entry, held);
}

/** Acquires a lock that nobody holds; undefined where somebody was faster. */
export async function createExclusion(directory: string, now: Date): Promise<OwnExclusion | undefined> {
  const token = randomBytes(12).toString("hex");
  const prepared = temporaryPath(directory);
  await mkdir(prepared, { mode: 0o700 });
  try {
    await withDirectory(prepared, async (inside, handle) => {
      const content = `${JSON.stringify(thisHolder(now))}\n`;
      const file = await open(join(inside, token), "wx", 0o644);
      try {
        await file.writeFile(content);
        await file.chmod(0o644);
      } finally {
        await file.close();
      }
      await openAsParent(handle, dirname(directory));
    });
    await rename(prepared, directory);
  } catch (cause) {
    await removePreparedExclusion(prepared);
    if (isTaken(cause)) return undefined;
    throw cause;
  }
  const own = { directory, entry: join(directory, token) };
  if (await isHeld(own)) return own;
  // A holder cleared the prepared directory half and was killed: nobody's, and so not ours.
  await rmdir(directory).catch(() => undefined);
  return undefined;
}

/** Removes a dead holder from a lock; nobody who has taken it since. */
export async function removeHolder(directory: string, { entry }: FoundExclusion): Promise<void> {
  await missingAsUndefined(unlink(entry)).catch((cause: unknown) => {
    // Of the plain file of an earlier version: unlink(2) takes away no directory that has come there since.
    if (entry !== directory || !["EISDIR", "EPERM"].includes(systemCode(cause) ?? "")) throw cause;
  });
  await rmdir(directory).catch(() => undefined);
}

/** Whether nobody has taken the lock over. */
export async function isHeld({ entry }: OwnExclusion): Promise<boolean> {
  return (await missingAsUndefined(lstat(entry))) !== undefined;
}

/** Shows that the holder is alive. */
export async function giveSignOfLife({ directory, entry }: OwnExclusion, now: Date): Promise<void> {
  await utimes(entry, now, now);
  // An earlier version looks at the directory itself.
  await utimes(directory, now, now).catch(() => undefined);
}

/** In one go, so that a kill hardly ever comes between; also as the last act of a process. */
export function removeExclusion({ directory, entry }: OwnExclusion): void {
  try {
    unlinkSync(entry);
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT") throw cause;
  }
  try {
    rmdirSync(directory);
  } catch {
    // Somebody has the lock already, or will have it by renaming over the empty directory.
  }
}

/** Removes the prepared directory of a run that was killed before it was a lock. */
export async function removePreparedExclusion(prepared: string): Promise<void> {
  const names = await readdir(prepared).catch(() => []);
  await Promise.all(names.filter(isToken).map((name) => unlink(join(prepared, name)).catch(() => undefined)));
  await rmdir(prepared).catch(() => undefined);
}

async function describe(entry: string, status: BigIntStats): Promise<FoundExclusion | undefined> {
  const sign = `${entry} ${status.ino} ${status.mtimeNs}`;
  if (status.isDirectory()) return { entry, sign, holder: undefined };
  try {
    // Opening it makes NFS ask the server for the time of its last change.
    const read = readRegularFile(entry, entry, maximumHolderBytes);
    const fresh = await lstat(entry, { bigint: true });
    return {
      entry,
      holder: parseHolder(read.bytes.toString("utf8")),
      sign: `${entry} ${fresh.ino} ${fresh.mtimeNs}`,
    };
  } catch (cause) {
    // Gone, or a lock of this version by now where the plain file of an earlier one was.
    if (["ENOENT", "is-directory"].includes(systemCode(cause) ?? "")) return undefined;
    // Somebody else's making, or not for us to read: then it is watched.
    if (systemCode(cause) === "EACCES") return { entry, sign, holder: undefined };
    throw cause;
  }
}

/** Whoever may remove files from the folder may remove a dead holder. */
async function openAsParent(handle: FileHandle, parent: string): Promise<void> {
  const { mode, uid, gid } = await stat(parent);
  await handle.chmod(mode & 0o775);
  try {
    await handle.chown(process.geteuid?.() === 0 ? uid : -1, gid);
  } catch (cause) {
    if (!["EPERM", "EINVAL", "ENOSYS"].includes(systemCode(cause) ?? "")) throw cause;
  }
}

function isToken(name: string): boolean {
  return /^[0-9a-f]{24}$/.test(name);
}

/** What a rename says where a lock is in the place, or where its holder has cleared the prepared one away. */
function isTaken(cause: unknown): boolean {
  const taken = ["ENOTEMPTY", "EEXIST", "ENOTDIR", "EISDIR", "ENOENT"];
  if (process.platform === "win32") taken.push("EPERM", "EACCES");
  return taken.includes(systemCode(cause) ?? "");
}

async function missingAsUndefined<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
}
