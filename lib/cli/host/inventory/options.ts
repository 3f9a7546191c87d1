import type { Command } from "commander";

import { parseSecretReference } from "../../../hosts";
import { EXPIRING_WITHIN_DAYS } from "../../../rules/limits";
import type { GivenPassword } from "../../../inventory";
import type { SecretReference } from "../../../model";
import { wholeDays } from "../../expiry";
import type { CliIo } from "../../io";
import { wholeNumber } from "../../store/options";
import { requiredSecret } from "../../store/storeFile";

/** What commands that look at hosts have in common, as commander reads it. */
export interface SearchFlags {
  readonly environment?: string;
  readonly path: readonly string[];
  readonly password: readonly PasswordOption[];
  readonly expiringWithin: number;
  readonly depth?: number;
  readonly names?: number;
}

/** A password for every store, or for the one at a path. */
export interface PasswordOption {
  readonly path?: string;
  readonly reference: SecretReference;
}

export function withSearch(command: Command): Command {
  return command
    .option("--environment <name>", "environment of ids (default: the one in the context of cdktf.json)")
    .option(
      "--path <path>",
      "directory or file on the hosts to look at, in place of where products keep theirs; may be repeated",
      (path: string, before: readonly string[]) => [...before, path],
      [],
    )
    .option(
      "--password <[path=]reference>",
      "password to try on stores, or on the one at a path; may be repeated: env:NAME, file:PATH or cmd:COMMAND",
      (text: string, before: readonly PasswordOption[]) => [...before, passwordOption(text)],
      [],
    )
    .option("--expiring-within <days>", "how soon an expiry counts", wholeDays, EXPIRING_WITHIN_DAYS)
    .option("--depth <levels>", "directories below each that are gone into (default: 16)", wholeNumber)
    .option("--names <count>", "names that are looked at on each host (default: 200000)", wholeNumber);
}

/** The secrets behind the references. */
export function givenPasswords(io: CliIo, options: readonly PasswordOption[]): GivenPassword[] {
  return options.map(({ path, reference }) => ({
    ...(path === undefined ? {} : { path }),
    reference,
    value: requiredSecret(io, reference, "--password"),
  }));
}

/** A path begins with a slash, and no reference does. */
function passwordOption(text: string): PasswordOption {
  const { path, rest = text } = /^(?<path>\/.*?)=(?<rest>(?:env|file|cmd):.*)$/s.exec(text)?.groups ?? {};
  return { ...(path === undefined ? {} : { path }), reference: parseSecretReference(rest) };
}
