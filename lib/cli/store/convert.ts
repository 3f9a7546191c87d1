import { convertStore, readStore, writeStore } from "../../keystore";
import type { SecretReference } from "../../model";
import { UsageError } from "../errors";
import type { CliIo, ExitCode } from "../io";
import type { GivenPassword, KeyPasswordOption, ProfileOptions } from "./options";
import { reportChange } from "./report";
import { readInput } from "../readInput";
import {
  chosenProfile,
  inFile,
  keyPasswords,
  replaceInput,
  requiredSecret,
  secretOf,
  writeOptions,
} from "./storeFile";

export interface ConvertOptions extends ProfileOptions {
  readonly password?: GivenPassword;
  readonly keyPassword: readonly KeyPasswordOption[];
  readonly out?: string;
  readonly outPassword?: SecretReference;
  readonly json: boolean;
}

/** Writes a store in another profile, in its own place or to another file. */
export async function convert(io: CliIo, file: string, options: ConvertOptions): Promise<ExitCode> {
  const profile = chosenProfile(options);
  if (profile === undefined) {
    throw new UsageError("say what the store is to become: --profile, --format or --reader");
  }
  const password = secretOf(io, options.password);
  const passwords = keyPasswords(io, password, options.keyPassword);
  const outPassword = requiredSecret(io, options.outPassword ?? options.password, "--password");

  const aliases: string[] = [];
  const convertBytes = (bytes: Buffer): Buffer => {
    const store = readStore(bytes, password);
    const converted = convertStore(store, profile, passwords);
    aliases.push(...converted.entries.map((entry) => entry.alias));
    return writeStore(converted, outPassword, writeOptions(options));
  };
  const source = readInput(io, file);
  const out = options.out ?? file;
  const change =
    options.out === undefined
      ? await replaceInput(io, file, (bytes) => convertBytes(bytes ?? source))
      : await replaceInput(io, out, () => inFile(file, () => convertBytes(source)));
  return reportChange(io, change, { set: aliases }, options.json);
}
