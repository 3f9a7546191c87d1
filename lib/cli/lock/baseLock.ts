import { spawnSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { type Lock, readLock } from "../../lock";
import { UsageError } from "../errors";
import type { CliIo } from "../io";
import type { LockContext } from "./context";
import { readLockFile } from "./lockFile";

/**
 * The lock that another one is held against: a file, or the environment's lock as a commit has it.
 *
 * @param fileOrRef a path, or what git names a commit by (`origin/main`)
 * @returns undefined where the commit has none
 * @throws UsageError for what is neither
 */
export function readBaseLock(
  io: CliIo,
  fileOrRef: string,
  { session, environment }: LockContext,
): Lock | undefined {
  const inFile = readLockFile(io, fileOrRef, environment);
  if (inFile !== undefined) return inFile;
  const text = lockAt(fileOrRef, session.path);
  return text === undefined ? undefined : readLock(text, environment);
}

function lockAt(ref: string, path: string): string | undefined {
  const name = basename(path);
  // A name that begins with a dash would be an option of git's.
  const commit = ref.startsWith("-")
    ? undefined
    : git(path, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) {
    throw new UsageError(`${ref}: there is no such file, nor a commit that git calls so`);
  }
  const tree = git(path, "ls-tree", "--name-only", commit.trim(), "--", name) ?? "";
  return tree.trim() === "" ? undefined : git(path, "show", `${commit.trim()}:./${name}`);
}

/** What git prints; undefined where it fails. */
function git(path: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, {
    cwd: dirname(path),
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout : undefined;
}
