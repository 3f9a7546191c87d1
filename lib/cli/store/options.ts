import type { Command } from "commander";

import { parseSecretReference } from "../../hosts/secret";
import type { SecretReference, StoreFormat, StoreProfile } from "../../model";
import { UsageError } from "../errors";

/** Profiles by the names that people write. */
export const STORE_PROFILES: readonly StoreProfile[] = ["jks", "modern", "compat", "jdk-legacy"];

/** Says once what a secret reference is. */
const REFERENCE = "env:NAME, file:PATH or cmd:COMMAND";

/** What stands for the empty password, which no reference gives: an empty variable or line is a slip of the pen. */
export const EMPTY_PASSWORD = "empty";

/** Password of a store as a command line gives it. */
export type GivenPassword = SecretReference | typeof EMPTY_PASSWORD;

/** Adds `--password`, by reference, and `--empty-password`. */
export function withPassword(command: Command): Command {
  return command
    .option("--password <reference>", `password of the store: ${REFERENCE}`, reference)
    .option("--empty-password", "the password of the store is the empty one")
    .on("option:empty-password", () => command.setOptionValue("password", EMPTY_PASSWORD));
}

/** Adds another password, by reference. */
export function withSecret(command: Command, flag: string, what: string): Command {
  return command.option(`--${flag} <reference>`, `${what}: ${REFERENCE}`, reference);
}

/** A password of keys, as people write it: for one alias, or for every key that does not open otherwise. */
export interface KeyPasswordOption {
  readonly alias?: string;
  readonly reference: SecretReference;
}

/** Adds `--key-password`, by reference, as often as there are passwords. */
export function withKeyPasswords(command: Command): Command {
  return command.option(
    "--key-password <[alias=]reference>",
    `password of keys that do not open with the store's, or of the one called alias; may be repeated: ${REFERENCE}`,
    (text: string, before: readonly KeyPasswordOption[]) => [...before, keyPassword(text)],
    [],
  );
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON for tools", false);
}

/** What a new or converted store is to be. */
export interface ProfileOptions {
  readonly profile?: StoreProfile;
  readonly format?: StoreFormat;
  readonly reader?: string;
}

/** The reader alone, where it was named. */
export function declaredReader({ reader }: ProfileOptions): Pick<ProfileOptions, "reader"> {
  return reader === undefined ? {} : { reader };
}

export function withProfile(command: Command): Command {
  return command
    .option("--profile <name>", "jks, modern, compat or jdk-legacy", profile)
    .option("--format <name>", "jks or pkcs12 (in the profile modern)", format)
    .option(
      "--reader <name>",
      'who must open it: "java 8u202", "ibm j9 8", "openssl 1.1", …; chooses the profile, or refuses one that cannot be opened',
    );
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`"${text}" is no whole number; write one, such as 30`);
  return Number(text);
}

/** What begins like a reference is one; an alias is what stands before the first `=` with a reference behind it. */
function keyPassword(text: string): KeyPasswordOption {
  const { alias, rest = text } =
    /^(?!(?:env|file|cmd):)(?<alias>.+?)=(?<rest>(?:env|file|cmd):.*)$/s.exec(text)?.groups ?? {};
  return { ...(alias === undefined ? {} : { alias }), reference: reference(rest) };
}

function reference(text: string): SecretReference {
  return parseSecretReference(text);
}

function profile(text: string): StoreProfile {
  const found = STORE_PROFILES.find((name) => name === text);
  if (found === undefined)
    throw new UsageError(`"${text}" is no profile; there are ${STORE_PROFILES.join(", ")}`);
  return found;
}

function format(text: string): StoreFormat {
  if (text !== "jks" && text !== "pkcs12")
    throw new UsageError(`"${text}" is no format; there are jks and pkcs12`);
  return text;
}
