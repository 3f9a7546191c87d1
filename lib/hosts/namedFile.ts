import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";

import { isDirectory, notRegular, tooLarge } from "./errors";

/** Larger than any store, lock, plan or bundle that is worth reading whole. */
export const MAXIMUM_NAMED_BYTES = 256 * 2 ** 20;

/** So that a pipe that nobody writes to does not block the open; nothing on Windows. */
const regularFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const smallestReadBytes = 4_096;

/** A file's content with its mode and owner. */
export interface NamedFile {
  readonly bytes: Buffer;
  readonly status: Stats;
}

/**
 * Reads a regular file that a stack, a plan, a reference or a file of the project names, through symbolic links. What
 * is committed may name a pipe, which would block for ever, or a device without an end: both are refused.
 *
 * @param file path on this machine
 * @param maximumBytes @default `MAXIMUM_NAMED_BYTES`
 * @throws HostError `not-a-file`, `is-directory`, `file-too-large`; the system's errors as they are
 */
export function readNamedFile(file: string, maximumBytes = MAXIMUM_NAMED_BYTES): NamedFile {
  // Before it is opened, because opening some devices does something.
  assertRegularTarget(statSync(file), file);
  const descriptor = openSync(file, regularFlags);
  try {
    const status = fstatSync(descriptor);
    assertRegularTarget(status, file);
    return { bytes: readToEnd(descriptor, file, status.size, maximumBytes), status };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads what a person names on a command line: a file, a pipe or `/dev/stdin`, which they know to end.
 *
 * @param maximumBytes @default `MAXIMUM_NAMED_BYTES`
 * @throws HostError `file-too-large`; the system's errors as they are
 */
export function readGivenInput(file: string, maximumBytes = MAXIMUM_NAMED_BYTES): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY);
  try {
    return readToEnd(descriptor, file, fstatSync(descriptor).size, maximumBytes);
  } finally {
    closeSync(descriptor);
  }
}

function assertRegularTarget(status: Stats, file: string): void {
  if (status.isDirectory()) throw isDirectory(file);
  if (!status.isFile()) throw notRegular(file);
}

/**
 * By bytes read, because pipes and files of `/proc` have no size and others may grow.
 *
 * @param file its name, for messages
 * @throws HostError `file-too-large`; the system's errors as they are
 */
export function readToEnd(
  descriptor: number,
  file: string,
  expectedBytes: number,
  maximumBytes: number,
): Buffer {
  if (expectedBytes > maximumBytes) throw tooLarge(file, maximumBytes);
  const pieces: Buffer[] = [];
  for (let total = 0; ;) {
    const piece = Buffer.allocUnsafe(Math.max(expectedBytes - total + 1, smallestReadBytes));
    const bytesRead = readSync(descriptor, piece, 0, piece.length, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    total += bytesRead;
    if (total > maximumBytes) throw tooLarge(file, maximumBytes);
    pieces.push(piece.subarray(0, bytesRead));
  }
}
