import { diffStores, type StoreChange } from "../../keystore";
import type { SecretReference } from "../../model";
import { day } from "../../model/day";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import type { GivenPassword } from "./options";
import { openStoreFile, secretOf } from "./storeFile";

export interface DiffOptions {
  readonly password?: GivenPassword;
  /** Of the second store; the first one's where absent. */
  readonly otherPassword?: SecretReference;
  readonly json: boolean;
}

/** Says what differs between two stores, in what it means; exit code 1 where anything does. */
export async function diff(
  io: CliIo,
  [before, after]: readonly [string, string],
  options: DiffOptions,
): Promise<ExitCode> {
  const passwords = {
    before: secretOf(io, options.password),
    after: secretOf(io, options.otherPassword ?? options.password),
  };
  const changes = diffStores(
    openStoreFile(io, before, passwords.before),
    openStoreFile(io, after, passwords.after),
    passwords,
  );
  if (options.json) printJson(io, { before, after, changes });
  else if (changes.length === 0) printLines(io, `${before} and ${after} hold the same`);
  else printLines(io, ...changes.map(describeChange));
  return changes.length === 0 ? 0 : 1;
}

function describeChange(change: StoreChange): string {
  switch (change.kind) {
    case "added":
      return `+ ${change.alias}: ${change.entry} added`;
    case "removed":
      return `- ${change.alias}: ${change.entry} removed`;
    case "renamed":
      return `~ ${change.from}: renamed to ${change.to}`;
    case "re-keyed":
      if (change.from === change.to) return `~ ${change.alias}: another key under the same certificate`;
      return `~ ${change.alias}: another key, certificate ${change.from} became ${change.to}`;
    case "chain-changed":
      return `~ ${change.alias}: other certificates, ${change.from.length} became ${change.to.length}`;
    case "expiry-moved":
      return `~ ${change.alias}: expires on ${day(change.to)} instead of ${day(change.from)}`;
    case "secret-changed":
      return `~ ${change.alias}: secret key replaced or encrypted anew`;
    case "sealed-key-changed":
      return `~ ${change.alias}: private key replaced or encrypted anew; the password given does not open it`;
    case "profile-changed":
      return `~ store: ${change.from} became ${change.to}`;
    case "password-changed":
  }
  return change.alias === undefined ? "~ store: another password" : `~ ${change.alias}: another key password`;
}
