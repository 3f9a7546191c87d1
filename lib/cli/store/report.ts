import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import type { FileChange } from "./storeFile";

/** What was done to the entries of a store, by alias. */
export interface EntryChanges {
  readonly set?: readonly string[];
  readonly removed?: readonly string[];
  readonly renamed?: readonly { readonly from: string; readonly to: string }[];
}

/** Says what became of a file, and where the backup is. */
export function reportChange(
  io: CliIo,
  change: FileChange,
  entries: EntryChanges,
  asJson: boolean,
): ExitCode {
  if (asJson) {
    printJson(io, { ...change, ...entries });
    return 0;
  }
  if (!change.changed) {
    printLines(io, `${change.file}: nothing to change`);
    return 0;
  }
  const { set = [], removed = [], renamed = [] } = entries;
  printLines(
    io,
    `${change.file}: written`,
    ...set.map((alias) => `  set ${alias}`),
    ...removed.map((alias) => `  removed ${alias}`),
    ...renamed.map(({ from, to }) => `  renamed ${from} to ${to}`),
    ...(change.backup === undefined ? [] : [`  backup in ${change.backup}`]),
  );
  return 0;
}
