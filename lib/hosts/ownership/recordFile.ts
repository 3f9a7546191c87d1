import { fileOfOwnership, ownershipName } from "../companions";
import type { HostFiles } from "../hostFiles";
import { looksOf } from "../looks";
import { besidePath, fileNameOf } from "../plannedPath";
import { formatOwnership, parseOwnership } from "./format";
import { noOwnership, type OwnershipRecord } from "./record";

/** Where the record of the file at `path` is: `<directory>/.<name>.cdktf-trust.json`, beside the real file. */
export async function ownershipPath(host: HostFiles, path: string): Promise<string> {
  const real = await host.realPath(path);
  return besidePath(real, ownershipName(fileNameOf(real)));
}

/** The path of a file, which may be gone, as the record beside it spells it; undefined where there is no record. */
export async function findRecorded(host: HostFiles, path: string): Promise<string | undefined> {
  const real = await host.realPath(path);
  const record = await host.findFile(besidePath(real, ownershipName(fileNameOf(real))));
  const name = record === undefined ? undefined : fileOfOwnership(fileNameOf(record));
  return name === undefined ? undefined : besidePath(real, name);
}

/** Reads the record beside the file at `path`; `noOwnership` where there is none. */
export async function readOwnership(host: HostFiles, path: string): Promise<OwnershipRecord> {
  const recordPath = await ownershipPath(host, path);
  const file = await host.readFile(recordPath);
  return file === undefined ? noOwnership : parseOwnership(file.bytes, recordPath);
}

/**
 * Writes the record beside the file at `path`; call it before the file itself is written, under the same
 * lock, so that a run that is killed in between leaves nothing that nobody claims. A record without claims is
 * removed.
 *
 * It has the mode and owner of the file (0600 where that is missing), because the values that settings had
 * before may be as private as the file is.
 */
export async function writeOwnership(
  host: HostFiles,
  path: string,
  ownership: OwnershipRecord,
  options: { readonly createParents?: boolean } = {},
): Promise<void> {
  const recordPath = await ownershipPath(host, path);
  if (Object.keys(ownership.claims).length === 0) {
    await host.removeFile(recordPath);
    return;
  }
  const file = await host.readFile(path);
  await host.replaceFile(recordPath, Buffer.from(formatOwnership(ownership)), {
    ...options,
    ...looksOf(file ?? {}),
    mode: (file?.mode ?? 0o600) & 0o666,
  });
}
