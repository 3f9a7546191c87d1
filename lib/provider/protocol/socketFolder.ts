import { mkdtempSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "trust-";
const socketName = "s";
/** What the socket is called until it is listened at: between bind(2) and listen(2) it refuses as a dead one does. */
const boundName = "b";
/** A provider binds its socket within moments of creating the folder. */
const longestStartMs = 3_600_000;

/** A socket that is listened at. */
export interface ListenedSocket<Listening> {
  readonly path: string;
  readonly listening: Listening;
}

/**
 * Lets a provider listen at a socket in a folder that only this user can reach, gone when the process ends.
 *
 * @param listen binds the path that it is given, and is done when it is listened at
 */
export async function listenAtSocket<Listening>(
  listen: (path: string) => Promise<Listening>,
  parent = tmpdir(),
): Promise<ListenedSocket<Listening>> {
  const folder = mkdtempSync(join(parent, prefix));
  process.on("exit", () => removeFolder(folder));
  const listening = await listen(join(folder, boundName));
  const path = join(folder, socketName);
  renameSync(join(folder, boundName), path);
  return { path, listening };
}

/** What the folder may hold, by name, because to look for more costs as much as the rest of an exit. */
function removeFolder(folder: string): void {
  for (const name of [socketName, boundName]) rmSync(join(folder, name), { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or somebody has put something there.
  }
}

/**
 * Removes the folders that killed providers left: this user's, with a socket at which nobody listens and nothing
 * else in them. Fails for nothing; what cannot be removed stays.
 */
export async function removeDeadSockets(nowMs: number, parent = tmpdir()): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const folders = names.filter((name) => /^trust-[A-Za-z0-9]{6}$/.test(name));
  await Promise.all(folders.map((name) => removeIfDead(join(parent, name), nowMs).catch(() => undefined)));
}

async function removeIfDead(folder: string, nowMs: number): Promise<void> {
  const status = await lstat(folder);
  if (!status.isDirectory() || status.uid !== process.geteuid?.()) return;
  const names = await readdir(folder);
  const [name, ...others] = names;
  const mayStart = nowMs - status.mtimeMs <= longestStartMs;
  if (others.length > 0 || (name !== socketName && mayStart)) return;
  if (name !== undefined) {
    if (name !== socketName && name !== boundName) return;
    const socket = join(folder, name);
    if (!(await isDeaf(socket))) return;
    await unlink(socket);
  }
  await rmdir(folder);
}

/** The kernel refuses a connection where the process that listened is gone; that is a fact, not a guess. */
async function isDeaf(path: string): Promise<boolean> {
  if (!(await lstat(path)).isSocket()) return false;
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.unref();
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}
