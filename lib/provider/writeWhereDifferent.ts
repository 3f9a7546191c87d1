import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Replaces a file as a whole, and makes its folder; one that is right is not touched, so that who reads it is not disturbed. */
export function writeWhereDifferent(path: string, bytes: Uint8Array, mode: number): void {
  const isRight =
    existsSync(path) && (statSync(path).mode & 0o777) === mode && readFileSync(path).equals(bytes);
  if (isRight) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  writeFileSync(temporary, bytes);
  chmodSync(temporary, mode);
  renameSync(temporary, path);
}
