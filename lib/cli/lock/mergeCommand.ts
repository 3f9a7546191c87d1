import type { Command } from "commander";
import { resolve } from "node:path";
import {
  type Lock,
  type MergeConflict,
  formatLock,
  inFile,
  loadPins,
  lockedEnvironment,
  mergeLocks,
  readLock,
  readSignedLock,
  writeLockFile,
} from "../../lock";
import { environmentOf, readProject } from "../../project";
import { lockSettings } from "../../synth/plan/environment";
import type { CommandContext } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { readInput } from "../readInput";
import { installMerge } from "./installMerge";

/** The three files that git gives a merge driver (gitattributes(5), "Defining a custom merge driver"). */
interface MergeFiles {
  /** What both sides were made from; empty where they have nothing in common. */
  readonly base: string;
  /** Also where the result goes. */
  readonly ours: string;
  readonly theirs: string;
}

/** `cdktf-trust lock merge`: merge two branches' locks, as git's merge driver. */
export function mergeCommand(lock: Command, { io, run }: CommandContext): void {
  lock
    .command("merge")
    .description("merge two locks into the second file, as a merge driver of git's: %O %A %B")
    .argument("[base]", "what both were made from; may be empty")
    .argument("[ours]", "one side, and where the result goes")
    .argument("[theirs]", "the other side")
    .option("--install", "tell git of this clone to merge and show locks so, and nothing else", false)
    .option("--json", "print JSON for tools", false)
    .action((...given: unknown[]) =>
      run(async () => {
        // Commander hands over its options and itself after the arguments.
        const command = given.at(-1) as Command;
        // `lock` has the option as well and takes it first, wherever it stands.
        const { json, install } = command.optsWithGlobals<{ json: boolean; install: boolean }>();
        const files = mergeFilesOf(command.args, install);
        return files === undefined ? await installMerge(io, json) : mergeFiles(io, files, json);
      }),
    );
}

/** @throws UsageError unless all three are named, or none for an installation */
function mergeFilesOf(names: readonly string[], install: boolean): MergeFiles | undefined {
  const [base, ours, theirs] = names;
  if (install && names.length === 0) return undefined;
  if (install || base === undefined || ours === undefined || theirs === undefined)
    throw new UsageError("name three files, BASE OURS THEIRS, or give --install without any");
  return { base, ours, theirs };
}

function mergeFiles(io: CliIo, files: MergeFiles, json: boolean): ExitCode {
  const environment = reading(files.ours, () => lockedEnvironment(textOf(io, files.ours)));
  const { base, ours, theirs } = readSides(io, files, environment);
  const { lock, conflicts } = mergeLocks(base, ours, theirs);
  // What is written must be what a reader accepts.
  const text = formatLock(readLock(formatLock(lock), environment));
  if (text !== textOf(io, files.ours))
    writeLockFile(resolve(io.workingDirectory, files.ours), lock, io.randomBytes);
  report(io, { environment, lock, conflicts }, json);
  return conflicts.length === 0 ? 0 : 1;
}

/** Both sides must be signed by somebody whom the project knows; the base only tells which side changed what. */
function readSides(
  io: CliIo,
  files: MergeFiles,
  environment: string,
): { readonly base: Lock | undefined; readonly ours: Lock; readonly theirs: Lock } {
  const project = readProject(io.workingDirectory);
  const declared = environmentOf((member) => project.context[member], environment);
  const { lockSigners } = lockSettings(declared, io.environment);
  const trust = { pins: loadPins(project.directory, environment, lockSigners), project: project.name };
  const side = (file: string) => reading(file, () => readSignedLock(textOf(io, file), environment, trust));
  const base = textOf(io, files.base);
  return {
    base: base.trim() === "" ? undefined : reading(files.base, () => readLock(base, environment)),
    ours: side(files.ours),
    theirs: side(files.theirs),
  };
}

function textOf(io: CliIo, file: string): string {
  return readInput(io, file).toString("utf8");
}

/** Names the file in whatever is wrong with it. */
function reading<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw inFile(file, error);
  }
}

function report(
  io: CliIo,
  merged: { readonly environment: string; readonly lock: Lock; readonly conflicts: readonly MergeConflict[] },
  json: boolean,
): void {
  const { environment, lock, conflicts } = merged;
  if (json) {
    printJson(io, { environment, identities: lock.identities.size, conflicts });
    return;
  }
  const name = `the lock of environment "${environment}"`;
  if (conflicts.length === 0) {
    printLines(io, `${name}: merged`);
    return;
  }
  printLines(
    io,
    `${name}: to be decided by you before it is committed; all else is merged, and there are no conflict markers:`,
    ...conflicts.map(
      ({ part, key, reason }) => `  ${part === "header" ? part : `${part} ${key}`}: ${reason}`,
    ),
  );
}
