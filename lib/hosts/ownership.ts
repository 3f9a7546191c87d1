import { ownershipName } from "./companions";
import { HostError } from "./errors";
import type { HostFiles } from "./hostFiles";
import { besidePath, fileNameOf } from "./plannedPath";

/** Version of ownership records; raised when a reader of the old one would misread the new one. */
export const OWNERSHIP_FORMAT_VERSION = 1;

/** What is ours in a store or in a product's own file; everything else in it is foreign. */
export interface Ownership {
  /** Whether the file was missing before and is therefore removed once nothing foreign is left in it. */
  readonly created: boolean;
  /** By alias, lower case, as Java compares them. Look one up with `findOwnedEntry`. */
  readonly entries: Readonly<Record<string, OwnedEntry>>;
  /** Values of ours in a product's own file, by the setting's name. */
  readonly settings?: Readonly<Record<string, OwnedSetting>>;
  /** Set where the whole file is ours, from the first byte to the last. */
  readonly file?: OwnedFile;
}

/** A value of ours; `null` where there is none. */
export interface OwnedSetting {
  /** As we wrote it. Another one in the file is not ours. */
  readonly value: string | null;
  /** What stood there before. */
  readonly before: string | null;
}

/** A file of ours. */
export interface OwnedFile {
  /** SHA-256 of the bytes as we wrote them, hexadecimal, lower case. */
  readonly content: string;
  /** What the declaration calls this content: the same hash, or the fingerprint of a key's certificate. */
  readonly sha256: string;
  /** Somebody else's file stood here before; it is `<name>.orig`. */
  readonly displaced?: true;
}

/** An alias of ours. */
export interface OwnedEntry {
  readonly kind: "identity" | "anchor";
  /** Fingerprint of the leaf, or of the anchor, as keytool prints it. Another one in the store is not ours. */
  readonly sha256: string;
  /** Fingerprint of ours that this one takes the place of; still in the store where a run was killed midway. */
  readonly replaces?: string;
  /** A foreign entry stood here before; it is in `<name>.orig`. */
  readonly displaced?: true;
  /** The older of two generations, kept under an alias of its own until nobody needs it. */
  readonly previous?: true;
}

/** The record of a file that we have not touched. */
export const noOwnership: Ownership = { created: false, entries: {} };

/** Where the record of the file at `path` is: `<directory>/.<name>.cdktf-trust.json`, beside the real file. */
export async function ownershipPath(host: HostFiles, path: string): Promise<string> {
  const real = await host.realPath(path);
  return besidePath(real, ownershipName(fileNameOf(real)));
}

/** Reads the record beside the file at `path`; `noOwnership` where there is none. */
export async function readOwnership(host: HostFiles, path: string): Promise<Ownership> {
  const recordPath = await ownershipPath(host, path);
  const file = await host.readFile(recordPath);
  return file === undefined ? noOwnership : parseOwnership(file.bytes, recordPath);
}

/**
 * Writes the record beside the file at `path`; call it before the file itself is written, under the same
 * lock, so that a run that is killed in between leaves nothing that nobody claims. A record that says
 * nothing is removed.
 *
 * It has the mode and owner of the file (0600 where that is missing), because the values that settings had
 * before may be as private as the file is.
 */
export async function writeOwnership(
  host: HostFiles,
  path: string,
  ownership: Ownership,
  options: { readonly createParents?: boolean } = {},
): Promise<void> {
  const recordPath = await ownershipPath(host, path);
  if (isEmpty(ownership)) {
    await host.removeFile(recordPath);
    return;
  }
  const file = await host.readFile(path);
  await host.replaceFile(recordPath, Buffer.from(formatOwnership(ownership)), {
    ...options,
    mode: (file?.mode ?? 0o600) & 0o666,
    ...(file === undefined ? {} : { owner: { ownerId: file.ownerId, groupId: file.groupId } }),
  });
}

/** The entry under an alias, compared as Java does. */
export function findOwnedEntry(ownership: Ownership, alias: string): OwnedEntry | undefined {
  const key = alias.toLowerCase();
  return Object.hasOwn(ownership.entries, key) ? ownership.entries[key] : undefined;
}

/** The record with an entry added or replaced. */
export function withOwnedEntry(ownership: Ownership, alias: string, entry: OwnedEntry): Ownership {
  const others = Object.entries(withoutOwnedEntry(ownership, alias).entries);
  return { ...ownership, entries: Object.fromEntries([...others, [alias.toLowerCase(), entry]]) };
}

/** The record without an entry. */
export function withoutOwnedEntry(ownership: Ownership, alias: string): Ownership {
  const others = Object.entries(ownership.entries).filter(([key]) => key !== alias.toLowerCase());
  return { ...ownership, entries: Object.fromEntries(others) };
}

/** Stable JSON: the same record gives the same bytes. */
export function formatOwnership(ownership: Ownership): string {
  const { created, entries, settings, file } = ownership;
  const record = {
    formatVersion: OWNERSHIP_FORMAT_VERSION,
    created,
    entries: Object.fromEntries(
      sorted(entries).map(([alias, { kind, sha256, replaces, displaced, previous }]) => [
        alias.toLowerCase(),
        { kind, sha256, replaces, displaced, previous },
      ]),
    ),
    settings:
      settings === undefined || isBlank(settings)
        ? undefined
        : Object.fromEntries(sorted(settings).map(([name, { value, before }]) => [name, { value, before }])),
    file:
      file === undefined
        ? undefined
        : { content: file.content, sha256: file.sha256, displaced: file.displaced },
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** @param recordPath - where the record was read, for messages */
export function parseOwnership(bytes: Uint8Array, recordPath: string): Ownership {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(recordPath, "it is not JSON", cause);
  }
  if (!isRecord(record)) throw damaged(recordPath, "it is not a JSON object");
  const { formatVersion, created, entries, settings, file } = record;
  if (formatVersion !== OWNERSHIP_FORMAT_VERSION) {
    throw new HostError(
      "ownership-version",
      `${recordPath}: the ownership record has format version ${JSON.stringify(formatVersion)}, and this version of cdktf-trust knows ${OWNERSHIP_FORMAT_VERSION}. Deploy with the version of cdktf-trust that wrote it, or a newer one. Nothing was changed.`,
    );
  }
  if (typeof created !== "boolean") throw damaged(recordPath, '"created" must be true or false');
  if (!isRecord(entries)) throw damaged(recordPath, '"entries" must be an object');
  return {
    created,
    entries: Object.fromEntries(
      Object.entries(entries).map(([alias, entry]) => [alias, parseEntry(alias, entry, recordPath)]),
    ),
    ...(settings === undefined ? {} : { settings: parseSettings(settings, recordPath) }),
    ...(file === undefined ? {} : { file: parseFile(file, recordPath) }),
  };
}

function parseFile(file: unknown, recordPath: string): OwnedFile {
  if (!isRecord(file)) throw damaged(recordPath, '"file" must be an object');
  const { content, sha256, displaced } = file;
  if (typeof content !== "string" || typeof sha256 !== "string") {
    throw damaged(recordPath, '"file" must have the strings "content" and "sha256"');
  }
  return { content, sha256, ...(displaced === true ? { displaced } : {}) };
}

function parseEntry(alias: string, entry: unknown, recordPath: string): OwnedEntry {
  if (!isRecord(entry)) throw damaged(recordPath, `the entry "${alias}" must be an object`);
  const { kind, sha256, replaces, displaced, previous } = entry;
  if (kind !== "identity" && kind !== "anchor") {
    throw damaged(recordPath, `the kind of the entry "${alias}" must be "identity" or "anchor"`);
  }
  if (typeof sha256 !== "string" || !/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(sha256)) {
    throw damaged(recordPath, `the sha256 of the entry "${alias}" must be a fingerprint (AB:CD:…)`);
  }
  return {
    kind,
    sha256,
    ...(typeof replaces === "string" ? { replaces } : {}),
    ...(displaced === true ? { displaced } : {}),
    ...(previous === true ? { previous } : {}),
  };
}

function parseSettings(settings: unknown, recordPath: string): Record<string, OwnedSetting> {
  if (!isRecord(settings)) throw damaged(recordPath, '"settings" must be an object');
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      if (!isRecord(setting)) throw damaged(recordPath, `the setting "${name}" must be an object`);
      const { value, before } = setting;
      if (!isText(value)) throw damaged(recordPath, `the value of "${name}" must be a string or null`);
      if (!isText(before))
        throw damaged(recordPath, `the previous value of "${name}" must be a string or null`);
      return [name, { value, before }];
    }),
  );
}

function isText(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}

function damaged(recordPath: string, reason: string, cause?: unknown): HostError {
  return new HostError(
    "ownership-damaged",
    `${recordPath}: the ownership record is damaged: ${reason}. Restore it from a backup of the machine; without it all entries count as foreign, so remove it only if none is ours. Nothing was changed.`,
    { cause },
  );
}

function isEmpty(ownership: Ownership): boolean {
  const { created, entries, settings, file } = ownership;
  return !created && isBlank(entries) && isBlank(settings ?? {}) && file === undefined;
}

function isBlank(value: object): boolean {
  return Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
