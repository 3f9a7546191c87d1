import { findEntry, noSuchEntry, removeEntry, renameEntry, type Store } from "../../keystore";
import type { SecretReference } from "../../model";
import { UsageError } from "../errors";
import type { CliIo, ExitCode } from "../io";
import { reportChange } from "./report";
import { changeStoreFile, secretOf } from "./storeFile";

export interface EditOptions {
  readonly password?: SecretReference;
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
      if (findEntry(before, alias) === undefined) throw noSuchEntry(before, alias);
      // The same one twice on a command line is gone once.
      if (findEntry(edited, alias) === undefined) continue;
      edited = removeEntry(edited, alias);
      removed.push(alias);
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
  const change = await changeStoreFile(io, file, { before: password, after: password }, (store) =>
    renameEntry(existing(store, file), names.from, names.to),
  );
  return reportChange(io, change, { renamed: [names] }, options.json);
}

export function existing(store: Store | undefined, file: string): Store {
  if (store === undefined) throw new UsageError(`${file} is not there; give the path of a store`);
  return store;
}
