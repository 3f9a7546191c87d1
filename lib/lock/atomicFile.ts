import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileFailed, readNamedFile } from "../hosts";
import { systemCode } from "../model/systemCode";
import { TrustError } from "../model";
import type { RandomBytes } from "./recipients";

/**
 * Writes a file beside the one that is meant and puts it there in one step, as `HostFiles.replaceFile` does
 * it, but at once, because synth cannot wait.
 */
export function throughTemporary<Result>(
  path: string,
  text: string,
  mode: number,
  randomBytes: RandomBytes,
  place: (temporary: string, path: string) => Result,
): Result {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const real = realPath(path);
    const temporary = temporaryBeside(real, randomBytes);
    try {
      writeSynced(temporary, text, mode);
      const result = place(temporary, real);
      syncDirectory(dirname(real));
      return result;
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw error instanceof TrustError ? error : fileFailed("write", path, error);
  }
}

/** The text of a regular file; undefined where it is missing. */
export function readIfThere(path: string): string | undefined {
  try {
    return readNamedFile(path).bytes.toString("utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw fileFailed("read", path, error);
  }
}

/** A file behind a symbolic link is replaced where it is; the link stays. */
function realPath(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}

function temporaryBeside(path: string, randomBytes: RandomBytes): string {
  return join(dirname(path), `.${basename(path)}.${Buffer.from(randomBytes(6)).toString("hex")}.tmp`);
}

function writeSynced(path: string, text: string, mode: number): void {
  const file = openSync(path, "wx", mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
