import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";

import { companionIsLink, isDirectory, notRegular, tooLarge } from "./errors";

/** No pipe blocks the open, and no link that appeared after the path was resolved is followed (0 on Windows). */
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const smallestReadBytes = 4_096;

/**
 * Reads a regular file, never through a symbolic link in its own place.
 *
 * @param file - path on this machine, behind all links
 * @param path - the path as its host knows it, for messages
 * @throws HostError `companion-link`, `is-directory`, `not-a-file`, `file-too-large`; the system's errors as they are
 */
export async function readRegularFile(
  file: string,
  path: string,
  maximumBytes: number,
): Promise<{ readonly bytes: Buffer; readonly status: Stats }> {
  // Before it is opened, because opening some devices does something.
  assertRegular(await lstat(file), path);
  const handle = await open(file, readFlags);
  try {
    const status = await handle.stat();
    assertRegular(status, path);
    if (status.size > maximumBytes) throw tooLarge(path, maximumBytes);
    return { bytes: await readToEnd(handle, path, status.size, maximumBytes), status };
  } finally {
    await handle.close();
  }
}

/** Refuses all that is not a regular file. */
export function assertRegular(status: Stats, path: string): void {
  if (status.isFile()) return;
  if (status.isSymbolicLink()) throw companionIsLink(path);
  throw status.isDirectory() ? isDirectory(path) : notRegular(path);
}

/** By bytes read, because files of `/proc` have no size and others may grow. */
async function readToEnd(
  handle: FileHandle,
  path: string,
  expectedBytes: number,
  maximumBytes: number,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let total = 0; ;) {
    const piece = Buffer.allocUnsafe(Math.max(expectedBytes - total + 1, smallestReadBytes));
    const { bytesRead } = await handle.read(piece, 0, piece.length, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    total += bytesRead;
    if (total > maximumBytes) throw tooLarge(path, maximumBytes);
    pieces.push(piece.subarray(0, bytesRead));
  }
}
