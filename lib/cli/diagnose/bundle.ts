import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import type { SecretReference } from "../../model";
import { systemCode } from "../../model/systemCode";
import { toolVersion } from "../../synth/toolVersion";
import { printableJson, Redactor } from "../../text";
import { UsageError } from "../errors";
import type { CliIo } from "../io";
import { secretOf } from "../store/storeFile";

/** What of the command line a bundle goes by. */
export interface BundleOptions {
  readonly keystorePassword?: SecretReference;
  readonly keyPassword?: SecretReference;
  readonly truststorePassword?: SecretReference;
  readonly withPaths?: boolean;
}

/** What takes secrets and paths out of what others are to read. */
export function redactorFor(io: CliIo, options: BundleOptions): Redactor {
  const { keystorePassword, keyPassword, truststorePassword, withPaths = false } = options;
  const secrets = [keystorePassword, keyPassword, truststorePassword].flatMap(
    (reference) => secretOf(io, reference) ?? [],
  );
  const home = io.environment["HOME"] ?? io.environment["USERPROFILE"];
  return new Redactor({ secrets, keepsPaths: withPaths, ...(home === undefined ? {} : { home }) });
}

/**
 * Writes what was found into one file for a ticket: mode 0600, without passwords, keys, session secrets and headers that
 * identify somebody, and without paths under a home directory unless they are wanted.
 *
 * @throws UsageError where the file is there, or cannot be written
 */
export function saveBundle(
  io: CliIo,
  file: string,
  content: Readonly<Record<string, unknown>>,
  options: BundleOptions,
): void {
  const redactor = redactorFor(io, options);
  const bundle = {
    format: "cdktf-trust-bundle",
    version: 1,
    tool: toolVersion(),
    node: process.version,
    openssl: process.versions.openssl,
    platform: process.platform,
    at: io.now.toISOString(),
    ...content,
  };
  try {
    writeFileSync(resolve(io.workingDirectory, file), `${printableJson(redactor.data(bundle), 2)}\n`, {
      mode: 0o600,
      flag: "wx",
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      code === "EEXIST"
        ? `${file} is there already; name a file that is not`
        : `${file} cannot be written (${code}); name a file in a directory that is yours`,
    );
  }
  io.stderr.write(`wrote ${file}: read it before you hand it on\n`);
}
