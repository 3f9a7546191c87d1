import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, chmod, chown, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isLeftover, temporaryName } from "./companions";
import { HostError, systemCode } from "./errors";
import type { ReplaceOptions } from "./hostFiles";

const newFileMode = 0o600;
const newDirectoryMode = 0o755;

/**
 * Writes `bytes` to a temporary file beside `file`, forces it to disk and renames it over `file`:
 * whoever reads, whenever this process ends, finds the old content or the new one.
 *
 * The new file has the owner and mode of the old one. Access control lists, extended attributes and
 * further hard links of the old file are not carried over.
 *
 * @param file - path on this machine, without symbolic links
 */
export async function replaceAtomically(
  file: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Promise<void> {
  const looks = await plannedLooks(file, options);
  const temporary = temporaryPath(file);
  const handle = await open(temporary, "wx", newFileMode);
  try {
    try {
      await handle.writeFile(bytes);
      if (looks.owner !== undefined) await giveTo(file, handle, looks.owner);
      // After chown, which clears set-id bits; explicit, so that the umask has no say.
      await handle.chmod(looks.mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncDirectory(dirname(file));
}

/** Removes what killed runs left half written beside `file`; call it under the file's lock. */
export async function removeLeftovers(file: string): Promise<void> {
  const names = await readdir(dirname(file));
  const leftovers = names.filter((name) => isLeftover(basename(file), name));
  await Promise.all(leftovers.map((name) => rm(join(dirname(file), name), { force: true })));
}

/** A new path beside `file` under which it can be written before it gets its name. */
export function temporaryPath(file: string): string {
  return join(dirname(file), temporaryName(basename(file), randomBytes(6).toString("hex")));
}

/** Creates a directory with its parents; as root, they get the owner of the directory they are created in. */
export async function createDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: newDirectoryMode });
  } catch (cause) {
    if (systemCode(cause) === "EEXIST") return;
    if (systemCode(cause) !== "ENOENT") throw cause;
    await createDirectory(dirname(directory));
    return createDirectory(directory);
  }
  await chmod(directory, newDirectoryMode);
  const parent = await stat(dirname(directory));
  if (process.geteuid?.() === 0) await chown(directory, parent.uid, parent.gid);
  await syncDirectory(dirname(directory));
}

/** Forces renames and removals in a directory to disk. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } catch (cause) {
    // Some file systems cannot sync a directory; the rename is atomic there all the same.
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EPERM"].includes(systemCode(cause) ?? "")) throw cause;
  } finally {
    await handle.close();
  }
}

type Owner = NonNullable<ReplaceOptions["owner"]>;

interface Looks {
  readonly mode: number;
  /** Absent where the file simply belongs to this process. */
  readonly owner: Owner | undefined;
}

async function plannedLooks(file: string, options: ReplaceOptions): Promise<Looks> {
  const existing = await stat(file).catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw cause;
  });
  if (existing !== undefined) {
    return { mode: options.mode ?? existing.mode & 0o7777, owner: options.owner ?? ownerOf(existing) };
  }
  // A product does not run as root: what root creates in its folder must be the product's to be readable.
  const asRoot = process.geteuid?.() === 0 ? ownerOf(await stat(dirname(file))) : undefined;
  return { mode: options.mode ?? newFileMode, owner: options.owner ?? asRoot };
}

function ownerOf(status: Stats): Owner {
  return { ownerId: status.uid, groupId: status.gid };
}

async function giveTo(file: string, handle: FileHandle, owner: Owner): Promise<void> {
  const now = await handle.stat();
  if (now.uid === owner.ownerId && now.gid === owner.groupId) return;
  try {
    await handle.chown(owner.ownerId, owner.groupId);
  } catch (cause) {
    if (systemCode(cause) !== "EPERM") throw cause;
    throw new HostError(
      "owner-lost",
      `${basename(file)} belongs to user id ${owner.ownerId}, group id ${owner.groupId}, and only root may give its replacement to them. Run as that user or as root. Nothing was changed.`,
      { cause },
    );
  }
}
