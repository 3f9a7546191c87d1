import { mkdtempSync, rmSync } from "node:fs";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "trust-";
const socketName = "s";
/** A provider binds its socket within moments of creating the folder. */
const longestStartMs = 3_600_000;
/** Between bind(2) and listen(2) a socket refuses as one does whose process is gone; a busy machine may stop there. */
const longestListenMs = 60_000;

/** Where a provider's socket is: a folder that only this user can reach, gone when the process ends. */
export function createSocketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, socketName);
}

/**
 * Removes the folders that killed providers left: this user's, a minute old and more, with a socket at which nobody
 * listens and nothing else in them. Fails for nothing; what cannot be removed stays.
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
  // Of the folder: when the socket was made in it.
  const ageMs = nowMs - status.mtimeMs;
  const isEmpty = names.length === 0 && ageMs > longestStartMs;
  const isSocketAlone = names.length === 1 && names[0] === socketName;
  const isDead = isSocketAlone && ageMs > longestListenMs && (await isDeaf(join(folder, socketName)));
  if (isDead) await unlink(join(folder, socketName));
  if (isDead || isEmpty) await rmdir(folder);
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
