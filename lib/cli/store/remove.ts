import { namedEntry, removeEntry, renameEntry, type Store } from "../../keystore";
import { UsageError } from "../errors";
import type { CliIo, ExitCode } from "../io";
import type { GivenPassword } from "./options";
import { reportChange } from "./report";
import { changeStoreFile, secretOf } from "./storeFile";

export interface EditOptions {
  readonly password?: GivenPassword;
  readonly json: boolean;
}

/** Takes entries out of a store; all of them, or none where one is not there. */
export async function removeEntries(
  io: CliIo,
  file: string,
  aliases: readonly string[],
  options: EditOptions,
): Promise<ExitCode> {
  const password = secretOf(io, options.password);
  const removed: string[] = [];
  const change = await changeStoreFile(io, file, { before: password, after: password }, (store) => {
    const before = existing(store, file);
    let edited = before;
    for (const alias of aliases) {
      const entry = namedEntry(before, alias);
      // The same one twice on a command line is gone once.
      if (!edited.entries.includes(entry)) continue;
      edited = removeEntry(edited, entry);
      removed.push(entry.alias);
    }
    return edited;
  });
  return reportChange(io, change, { removed }, options.json);
}

/** Gives an entry another alias. */
export async function renameStoreEntry(
  io: CliIo,
  file: string,
  names: { readonly from: string; readonly to: string },
  options: EditOptions,
): Promise<ExitCode> {
  const password = secretOf(io, options.password);
  const change = await changeStoreFile(io, file, { before: password, after: password }, (store) => {
    const before = existing(store, file);
    return renameEntry(before, namedEntry(before, names.from), names.to);
  });
  return reportChange(io, change, { renamed: [names] }, options.json);
}

export function existing(store: Store | undefined, file: string): Store {
  if (store === undefined) throw new UsageError(`${file} is not there; give the path of a store`);
  return store;
}
