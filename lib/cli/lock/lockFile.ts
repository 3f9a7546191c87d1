import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Lock, inFile, readLock } from "../../lock";
import type { CliIo } from "../io";
import { readInput } from "../readInput";

/**
 * A lock in a file of any name, of the environment that it says it is of where none is given; undefined where there is
 * no such file.
 */
export function readLockFile(io: CliIo, file: string, environment?: string): Lock | undefined {
  if (!existsSync(resolve(io.workingDirectory, file))) return undefined;
  try {
    return readLock(readInput(io, file).toString("utf8"), environment);
  } catch (error) {
    throw inFile(file, error);
  }
}
