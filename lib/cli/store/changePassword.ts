import { isWeakPassword } from "../../check";
import { rekeyStore } from "../../keystore";
import type { SecretReference } from "../../model";
import { type CliIo, type ExitCode, printWarnings } from "../io";
import { declaredReader, type GivenPassword, type KeyPasswordOption } from "./options";
import { existing } from "./remove";
import { reportChange } from "./report";
import { changeStoreFile, keyPasswords, requiredSecret } from "./storeFile";

export interface ChangePasswordOptions {
  readonly password?: GivenPassword;
  readonly newPassword?: SecretReference;
  /** Of keys that do not open with the store's password. */
  readonly keyPassword: readonly KeyPasswordOption[];
  /** What must open the store. @default - every Java */
  readonly reader?: string;
  readonly json: boolean;
}

/** Puts a store and all its keys under a new password; refuses where a key does not open. */
export async function changePassword(
  io: CliIo,
  file: string,
  options: ChangePasswordOptions,
): Promise<ExitCode> {
  const before = requiredSecret(io, options.password, "--password");
  const after = requiredSecret(io, options.newPassword, "--new-password");
  const passwords = keyPasswords(io, before, options.keyPassword);
  if (isWeakPassword(after)) {
    printWarnings(io, "the new password is a product's default or too short; choose another one");
  }
  let aliases: readonly string[] = [];
  const change = await changeStoreFile(io, file, { before, after, ...declaredReader(options) }, (store) => {
    const rekeyed = rekeyStore(existing(store, file), passwords);
    aliases = rekeyed.entries.filter((entry) => entry.kind === "identity").map((entry) => entry.alias);
    return rekeyed;
  });
  return reportChange(io, change, { set: aliases }, options.json);
}
