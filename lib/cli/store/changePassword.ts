import { resolve } from "node:path";
import { isWeakPassword } from "../../check";
import { rekeyStore, writeStore } from "../../keystore";
import type { SecretReference } from "../../model";
import { type CliIo, type ExitCode, printLines, printWarnings } from "../io";
import { declaredReader, type GivenPassword, type KeyPasswordOption } from "./options";
import { type RekeyedKept, rekeyKept } from "./rekeyKept";
import { existing } from "./remove";
import { reportChange } from "./report";
import {
  type FileChange,
  keyPasswords,
  openStore,
  replaceInput,
  requiredSecret,
  writeOptions,
} from "./storeFile";

export interface ChangePasswordOptions {
  readonly password?: GivenPassword;
  readonly newPassword?: SecretReference;
  /** Of keys that do not open with the store's password. */
  readonly keyPassword: readonly KeyPasswordOption[];
  /** What must open the store. @default - every Java */
  readonly reader?: string;
  readonly json: boolean;
}

/**
 * Puts a store and all its keys under a new password, and with it what was displaced from the store and is kept beside
 * it; refuses where a key of the store does not open.
 */
export async function changePassword(
  io: CliIo,
  file: string,
  options: ChangePasswordOptions,
): Promise<ExitCode> {
  const before = requiredSecret(io, options.password, "--password");
  const after = requiredSecret(io, options.newPassword, "--new-password");
  const passwords = { ...keyPasswords(io, before, options.keyPassword), store: before };
  if (isWeakPassword(after)) {
    printWarnings(io, "the new password is a product's default or too short; choose another one");
  }
  let aliases: readonly string[] = [];
  let kept: RekeyedKept | undefined;
  const change = await replaceInput(io, file, async (bytes, host) => {
    const store = bytes === undefined ? undefined : openStore(bytes, before);
    const rekeyed = rekeyStore(existing(store, file), passwords);
    aliases = rekeyed.entries.filter((entry) => entry.kind === "identity").map((entry) => entry.alias);
    const written = writeStore(rekeyed, after, writeOptions(declaredReader(options)));
    kept = await rekeyKept(host, resolve(io.workingDirectory, file), passwords, after);
    return written;
  });
  if (kept?.opens === false) printWarnings(io, leftAlone(kept.path));
  if (options.json || !change.changed) return reportChange(io, change, { set: aliases }, options.json);
  printLines(io, sentence(change, aliases, kept?.opens === true ? kept.path : undefined));
  return 0;
}

/** @param kept what was displaced from the store and is under the new password too */
function sentence(
  { file, backup }: FileChange,
  aliases: readonly string[],
  kept: string | undefined,
): string {
  const named = aliases.map((alias) => JSON.stringify(alias)).join(", ");
  const keys =
    aliases.length === 0
      ? "it holds no key"
      : `so ${aliases.length === 1 ? "is its key" : "are its keys"} ${named}`;
  const before = backup === undefined ? "" : ` As it was, under the password before, it is in ${backup}.`;
  const displaced =
    kept === undefined ? "" : ` What was displaced from it, in ${kept}, is under the new password, too.`;
  return `${file} is under the new password, and ${keys}.${displaced}${before}`;
}

function leftAlone(kept: string): string {
  return (
    `what was displaced from the store, in ${kept}, opens with neither password and was left as it is, so a destroy ` +
    `cannot give it back: put it under the new one with cdktf-trust store change-password ${kept} and the password it has`
  );
}
