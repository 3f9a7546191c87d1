import type { Command } from "commander";
import { type Lock, type LockSection, type SectionChange, diffLocks, lockSections, noLock } from "../../lock";
import type { CommandContext } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { readBaseLock } from "./baseLock";
import { type LockContext, lockContext } from "./context";
import { readLockFile } from "./lockFile";
import { type CommonLockFlags, allOptions, withLockOptions } from "./options";

/** `lock show` and `lock diff`: a lock, and what two differ in, as people read them. */
export function showCommands(lock: Command, { io, run }: CommandContext): void {
  withLockOptions(lock.command("show"))
    .description("print the lock as people read it, without keys; also as git's textconv")
    .argument("[file-or-ref]", "a file, or a git commit (default: the environment's lock)")
    .action((source: string | undefined, _options: unknown, command: Command) =>
      run(async () => await Promise.resolve(show(io, source, allOptions(command)))),
    );
  withLockOptions(lock.command("diff"))
    .description("say what two locks differ in, for whom reviews it; exit 1 where they do")
    .argument("[before]", "a file, or a git commit", "HEAD")
    .argument("[after]", "a file, or a git commit (default: the environment's lock)")
    .action((before: string, after: string | undefined, _options: unknown, command: Command) =>
      run(async () => await Promise.resolve(diff(io, before, after, allOptions(command)))),
    );
}

function show(io: CliIo, source: string | undefined, flags: CommonLockFlags): ExitCode {
  const sections = lockSections(
    source === undefined ? lockOf(lockContext(io, flags)) : lockFrom(io, source, flags),
  );
  if (flags.json) {
    printJson(
      io,
      sections.map(({ part, key, facts }) => ({ part, key, facts: Object.fromEntries(facts) })),
    );
  } else for (const section of sections) printSection(io, section);
  return 0;
}

function printSection(io: CliIo, { part, key, facts }: LockSection): void {
  printLines(io, `${part} ${key}`, ...[...facts].map(([name, value]) => `  ${name}: ${value}`));
}

function diff(io: CliIo, before: string, after: string | undefined, flags: CommonLockFlags): ExitCode {
  const context = lockContext(io, flags);
  const latter = after === undefined ? lockOf(context) : readBaseLock(io, after, context);
  if (latter === undefined) throw noLock(`${context.shownPath} in ${String(after)}`, context.environment);
  const changes = diffLocks(readBaseLock(io, before, context), latter);
  if (flags.json) printJson(io, { environment: context.environment, changes });
  else if (changes.length === 0) printLines(io, "nothing that a reviewer has to decide");
  else for (const change of changes) printChange(io, change);
  return changes.length === 0 ? 0 : 1;
}

const MARKS: Readonly<Record<SectionChange["change"], string>> = { added: "+", removed: "-", changed: "~" };

function printChange(io: CliIo, { part, key, change, facts, why }: SectionChange): void {
  printLines(io, `${MARKS[change]} ${part} ${key}${why === undefined ? "" : `: ${why}`}`);
  for (const { name, before, after } of facts) {
    const value = change === "changed" ? `${before ?? "none"} → ${after ?? "none"}` : (after ?? before ?? "");
    printLines(io, `    ${name}: ${value}`);
  }
}

function lockOf({ session, environment }: LockContext): Lock {
  if (session.lock === undefined) throw noLock(session.path, environment);
  return session.lock;
}

/** A file needs no project around it: git's textconv runs at the top of a repository. */
function lockFrom(io: CliIo, source: string, flags: CommonLockFlags): Lock {
  const file = readLockFile(io, source);
  if (file !== undefined) return file;
  const context = lockContext(io, flags);
  const lock = readBaseLock(io, source, context);
  if (lock === undefined) throw noLock(`${context.shownPath} in ${source}`, context.environment);
  return lock;
}
