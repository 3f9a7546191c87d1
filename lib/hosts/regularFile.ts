import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from "node:fs";

import { companionIsLink, isDirectory, notRegular } from "./errors";
import { type NamedFile, readToEnd } from "./namedFile";

/** No pipe blocks the open, and no link that appeared after the path was resolved is followed (0 on Windows). */
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Reads a regular file, never through a symbolic link in its own place.
 *
 * @param file - path on this machine, behind all links
 * @param path - the path as its host knows it, for messages
 * @throws HostError `companion-link`, `is-directory`, `not-a-file`, `file-too-large`; the system's errors as they are
 */
export function readRegularFile(file: string, path: string, maximumBytes: number): NamedFile {
  // Before it is opened, because opening some devices does something.
  assertRegular(lstatSync(file), path);
  const descriptor = openSync(file, readFlags);
  try {
    const status = fstatSync(descriptor);
    assertRegular(status, path);
    return { bytes: readToEnd(descriptor, path, status.size, maximumBytes), status };
  } finally {
    closeSync(descriptor);
  }
}

/** Refuses all that is not a regular file. */
export function assertRegular(status: Stats, path: string): void {
  if (status.isFile()) return;
  if (status.isSymbolicLink()) throw companionIsLink(path);
  throw status.isDirectory() ? isDirectory(path) : notRegular(path);
}
