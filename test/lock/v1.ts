import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "../fixtures/upgrade/lock-v1");

/** When the lock of version 1 was written. */
export const V1_NOW = new Date("2026-11-28T18:40:00Z");
export const V1_KEY = readFileSync(join(FOLDER, "lock.key"), "utf8").trim();

/** A lock as earlier code wrote it, for the environment `local`. */
export function v1Text(): string {
  return readFileSync(join(FOLDER, "trust.lock.local.json"), "utf8");
}

/** The files that its identities were taken from. */
export function v1Files(path: string): Uint8Array | undefined {
  const file = join(FOLDER, path);
  return existsSync(file) ? readFileSync(file) : undefined;
}
