import { extname, resolve } from "node:path";

import type { HostFiles } from "../../hosts/hostFiles";
import { resolveSecret } from "../../hosts/secret";
import {
  createStore,
  describeProfile,
  parseReader,
  profileForReader,
  readStore,
  requireReadable,
  StoreError,
  writeStore,
  type KeyPasswords,
  type Store,
  type WriteOptions,
} from "../../keystore";
import { TrustError, type StoreProfile } from "../../model";
import { UsageError } from "../errors";
import { type CliIo, printWarnings } from "../io";
import { readInput } from "../readInput";
import {
  EMPTY_PASSWORD,
  type GivenPassword,
  type KeyPasswordOption,
  type ProfileOptions,
  STORE_PROFILES,
} from "./options";

/** The secret behind a reference; null where none was given. */
export function secretOf(io: CliIo, reference: GivenPassword | undefined): string | null {
  if (reference === undefined) return null;
  if (reference === EMPTY_PASSWORD) return "";
  return resolveSecret(reference, {
    environment: io.environment,
    workingDirectory: io.workingDirectory,
    onWarning: (message) => {
      printWarnings(io, message);
    },
  });
}

/** The secret behind a reference that a command cannot do without. */
export function requiredSecret(io: CliIo, reference: GivenPassword | undefined, flag: string): string {
  const secret = secretOf(io, reference);
  if (secret === null) throw passwordMissing(flag);
  return secret;
}

/** What opens the keys of a store, as far as the options say. */
export function keyPasswords(
  io: CliIo,
  store: string | null,
  options: readonly KeyPasswordOption[],
): KeyPasswords {
  const keys = options.map(({ alias, reference }) => ({
    ...(alias === undefined ? {} : { alias }),
    password: requiredSecret(io, reference, "--key-password"),
  }));
  return { store, keys };
}

function passwordMissing(flag: string): UsageError {
  return new UsageError(`${flag} is missing; give it as env:NAME, file:PATH or cmd:COMMAND`);
}

/**
 * Reads the store in a file; errors name the file.
 *
 * @param option that gives the password
 */
export function openStoreFile(
  io: CliIo,
  path: string,
  password: string | null,
  option = "--password",
): Store {
  const bytes = readInput(io, path);
  return inFile(path, () => openStore(bytes, password, option));
}

/** Opens a store; without a password an error must not blame one. */
export function openStore(bytes: Buffer, password: string | null, option = "--password"): Store {
  try {
    return readStore(bytes, password);
  } catch (error) {
    if (password !== null || !(error instanceof StoreError) || error.code !== "wrong-password") throw error;
    throw new StoreError("wrong-password", `the store does not open without a password; give ${option}`, {
      cause: error,
    });
  }
}

/** What a change of a file came to. */
export interface FileChange {
  readonly file: string;
  readonly changed: boolean;
  /** Copy of what was there before; absent where nothing was. */
  readonly backup?: string;
}

/**
 * Changes the store in a file, or makes one: reads it under a lock, keeps a backup and puts the new store
 * in its place at once. Where `edit` throws, or gives the same store, nothing is touched.
 *
 * @param passwords null where none was given, which only a store that has none allows; `reader` as people write it,
 *   for passwords that not every Java takes
 * @param edit gets undefined where there is no file
 */
export async function changeStoreFile(
  io: CliIo,
  path: string,
  passwords: { readonly before: string | null; readonly after: string | null; readonly reader?: string },
  edit: (store: Store | undefined) => Store,
): Promise<FileChange> {
  return replaceInput(io, path, (bytes) => {
    const before = bytes === undefined ? undefined : openStore(bytes, passwords.before);
    const after = edit(before);
    // What means the same is not written anew: no reader reloads it, no backup is used up.
    if (after === before && bytes !== undefined) return bytes;
    if (passwords.after === null && after.profile !== "passwordless") throw passwordMissing("--password");
    return writeStore(after, passwords.after ?? "", writeOptions(passwords));
  });
}

/**
 * Puts a file's new content in its place, with a backup of the old one.
 *
 * @param edit runs while nobody else works on the file; what it writes beside it is there before the file is changed
 * @param newMode permission bits of a file that was not there before; others keep theirs
 */
export async function replaceInput(
  io: CliIo,
  path: string,
  edit: (bytes: Buffer | undefined, host: HostFiles) => Buffer | Promise<Buffer>,
  newMode = 0o600,
): Promise<FileChange> {
  // Who only reads a store needs no locks and no backups.
  const { openHost, keepBackup, keepOriginal, createRunId, besidePath, fileNameOf } =
    await import("../../hosts");
  const host = openHost("local:/");
  const absolute = resolve(io.workingDirectory, path);
  return host.exclusively(absolute, async () => {
    const file = await host.readFile(absolute);
    const bytes = await Promise.resolve(file?.bytes)
      .then((before) => edit(before, host))
      .catch((error: unknown) => {
        throw naming(path, error);
      });
    if (file?.bytes.equals(bytes) === true) return { file: path, changed: false };
    if (file === undefined) {
      await host.replaceFile(absolute, bytes, { mode: newMode });
      return { file: path, changed: true };
    }
    const real = await host.realPath(absolute);
    const runId = createRunId(io.now, io.randomBytes);
    const isFirst = (await keepOriginal(host, absolute)) === "written";
    if (!isFirst) await keepBackup(host, absolute, runId);
    await host.replaceFile(absolute, bytes);
    const backup = besidePath(real, `${fileNameOf(real)}.${isFirst ? "orig" : `${runId}.bak`}`);
    return { file: path, changed: true, backup };
  });
}

/** For whom a store is written, as far as the options say. */
export function writeOptions({ reader }: Pick<ProfileOptions, "reader">): WriteOptions {
  return reader === undefined ? {} : { reader: parseReader(reader) };
}

/** The profile that the options ask for, or undefined where they leave it open. */
export function chosenProfile({ profile, format, reader }: ProfileOptions): StoreProfile | undefined {
  const wanted = profile ?? (format === "pkcs12" && reader === undefined ? "modern" : undefined);
  const chosen = wanted ?? (format === "jks" ? "jks" : undefined);
  if (profile !== undefined && format !== undefined && (profile === "jks") !== (format === "jks")) {
    throw new UsageError(`profile ${profile} is not of the format ${format}; leave one of them out`);
  }
  if (reader === undefined) return chosen;
  if (chosen === undefined) {
    const byReader = profileForReader(parseReader(reader));
    return format === "pkcs12" && byReader === "jks" ? "compat" : byReader;
  }
  requireReadable(chosen, parseReader(reader));
  return chosen;
}

/**
 * The store to put something into: the one that is there, where it is what the options ask for, or an empty
 * one. Of a new store the extension of its name decides where no option does.
 */
export function targetStore(store: Store | undefined, path: string, options: ProfileOptions): Store {
  if (store === undefined) {
    return createStore(chosenProfile(options) ?? (extname(path).toLowerCase() === ".jks" ? "jks" : "modern"));
  }
  const { profile, format, reader } = options;
  if ((profile ?? store.profile) !== store.profile || (format ?? store.format) !== store.format) {
    throw new UsageError(
      `the store is ${describeProfile(store)} and not ${profile ?? format}; convert it first, or leave the option out`,
    );
  }
  const known = STORE_PROFILES.find((name) => name === store.profile);
  if (reader !== undefined && known !== undefined) requireReadable(known, parseReader(reader));
  return store;
}

/** Runs a step on a file, so that its error names the file. */
export function inFile<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw naming(path, error);
  }
}

function naming(path: string, error: unknown): unknown {
  if (!(error instanceof TrustError) || error instanceof UsageError) return error;
  return new TrustError(error.code, `${path}: ${error.message}`, { cause: error });
}
