import { openHost, parsePlannedPath, parseSecretReference } from "../hosts";
import type { SecretReference } from "../model";
import { badImportId } from "./errors";
import { type Diagnostic, isKnown, required } from "./protocol";

/** What an id of `terraform import` says. */
export interface ImportId {
  readonly host: string;
  readonly path: string;
  readonly alias?: string;
  readonly password?: SecretReference;
  readonly keyPassword?: SecretReference;
}

/** Attributes that say where a file is. */
export const fileAttributes = {
  host: required.string(
    "Address of the host. `local:DIRECTORY` is a directory that mirrors the host's absolute paths, relative to " +
      "`project_directory` or absolute; `local:/` is this machine; `ssh://[user@]host[:port]` is a machine over SSH.",
    { replaces: true },
  ),
  path: required.string(
    "Absolute path on the host, `/opt/x` or `C:\\x`. Symbolic links are followed and kept.",
    { replaces: true },
  ),
};

/** Attributes that say where a store is and how it opens. */
export const storeAttributes = {
  ...fileAttributes,
  password: required.string(
    "Where the store's password is found: `env:NAME`, `file:PATH` (first line) or `cmd:COMMAND` (first line printed). The " +
      "password itself is refused. Another reference to the same password changes the state only.",
  ),
};

/** How ids look, in messages and in the state. */
export function formatId(host: string, path: string, alias?: string): string {
  return alias === undefined ? `${host}:${path}` : `${host}:${path}#${alias}`;
}

/**
 * Takes apart `HOST:PATH#ALIAS?password=env:NAME&key_password=env:NAME`; HOST is the address.
 *
 * @param form what this resource wants, for messages
 * @throws ResourceError `import-id`; SecretError where a literal stands in place of a reference
 */
export function parseImportId(id: string, form: string): ImportId {
  const parts = /^(ssh:\/\/[^/]+|[a-z]+:.*?):(\/[^#?]*|[A-Za-z]:[\\/][^#?]*)(?:#([^?]*))?(?:\?(.*))?$/s.exec(
    id,
  );
  const [, host, path, alias, query] = parts ?? [];
  if (host === undefined || path === undefined) throw badImportId(id.replace(/\?.*/s, "?…"), form);
  const secrets = /^(?:password=(.*?))?(?:&key_password=(.*))?$/s.exec(query ?? "");
  if (secrets === null) throw badImportId(id.replace(/\?.*/s, "?…"), form);
  const [, password, keyPassword] = secrets;
  return {
    host,
    path,
    ...(alias === undefined ? {} : { alias }),
    ...(password === undefined ? {} : { password: parseSecretReference(password) }),
    ...(keyPassword === undefined ? {} : { keyPassword: parseSecretReference(keyPassword) }),
  };
}

/** Checks attributes that are known, each by the function that would refuse it later. */
export function checkEach(
  values: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, (value: string) => unknown>>,
): Diagnostic[] {
  return Object.entries(checks).flatMap(([attribute, check]): Diagnostic[] => {
    const value = values[attribute];
    if (!isKnown(value) || typeof value !== "string") return [];
    try {
      check(value);
      return [];
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return [{ severity: "error", summary: `Invalid ${attribute}`, detail, attribute }];
    }
  });
}

/** Checks for `checkEach` of the attributes above. */
export const fileChecks = { host: openHost, path: parsePlannedPath };
export const storeChecks = { ...fileChecks, password: parseSecretReference };

/** A check for `checkEach` of a certificate's fingerprint. */
export function checkFingerprint(hash: string): void {
  if (/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(hash)) return;
  throw new RangeError(`"${hash}" is not a SHA-256 fingerprint as keytool prints it: AB:CD:…, in capitals.`);
}

/** A check for `checkEach` that allows a few words. */
export function oneOf(allowed: readonly string[]): (value: string) => void {
  return (value) => {
    if (!allowed.includes(value)) throw new RangeError(`"${value}" is not one of ${allowed.join(", ")}.`);
  };
}
