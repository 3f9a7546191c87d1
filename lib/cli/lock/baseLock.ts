import { basename, dirname } from "node:path";
import { type Lock, readLock } from "../../lock";
import { UsageError } from "../errors";
import { git } from "../git";
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
  const [directory, name] = [dirname(path), basename(path)];
  // A name that begins with a dash would be an option of git's.
  const commit = ref.startsWith("-")
    ? undefined
    : git(directory, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) {
    throw new UsageError(`${ref}: there is no such file, nor a commit that git calls so`);
  }
  const tree = git(directory, "ls-tree", "--name-only", commit.trim(), "--", name) ?? "";
  return tree.trim() === "" ? undefined : git(directory, "show", `${commit.trim()}:./${name}`);
}
