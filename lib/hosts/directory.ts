import { constants } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { systemCode } from "../model/systemCode";

const newDirectoryMode = 0o755;
const directoryFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Creates a directory with its parents; as root, they get the owner of the directory they are created in. */
export async function createDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: newDirectoryMode });
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return;
    if (systemCode(cause) !== "ENOENT") throw cause;
    await createDirectory(dirname(directory));
    return createDirectory(directory);
  }
  const parent = await stat(dirname(directory));
  await withDirectory(directory, async (_inside, handle) => {
    await handle.chmod(newDirectoryMode);
    if (process.geteuid?.() === 0) await handle.chown(parent.uid, parent.gid);
  });
  await syncDirectory(dirname(directory));
}

/** Forces renames and removals in a directory to disk. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } catch (cause) {
    // Some file systems cannot sync a directory; the rename is atomic there all the same.
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EPERM"].includes(systemCode(cause) ?? "")) throw cause;
  } finally {
    await handle.close();
  }
}

/**
 * Works in a directory that this process has just created. Whoever owns the one above can put a link to
 * anywhere in its place meanwhile: none is followed, and on Linux `inside` leads to the directory itself.
 */
export async function withDirectory(
  directory: string,
  action: (inside: string, handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(directory, directoryFlags);
  try {
    await action(process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : directory, handle);
  } finally {
    await handle.close();
  }
}
