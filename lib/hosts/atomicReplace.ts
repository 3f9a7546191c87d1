import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { type FileHandle, lstat, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { temporaryName } from "./companions";
import { syncDirectory } from "./directory";
import { HostError } from "./errors";
import { systemCode } from "../model/systemCode";
import type { ReplaceOptions } from "./hostFiles";

const newFileMode = 0o600;

/**
 * Writes `bytes` to a temporary file beside `file`, forces it to disk and renames it over `file`:
 * whoever reads, whenever this process ends, finds the old content or the new one.
 *
 * The new file has the owner and mode of the old one. Access control lists, extended attributes and
 * further hard links of the old file are not carried over.
 *
 * @param file - path on this machine, without symbolic links; one in its own place is not followed
 * @param assertAllowed - asked last, when the temporary file is complete. Whoever takes the lock over clears
 * that file away, so that a run that stands still after the answer cannot rename it any more
 */
export async function replaceAtomically(
  file: string,
  bytes: Uint8Array,
  options: ReplaceOptions,
  assertAllowed: () => Promise<void>,
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
    await assertAllowed();
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  await syncDirectory(dirname(file));
}

/** A new path beside `file` under which it can be written before it gets its name. */
export function temporaryPath(file: string): string {
  return join(dirname(file), temporaryName(basename(file), randomBytes(6).toString("hex")));
}

type Owner = NonNullable<ReplaceOptions["owner"]>;

interface Looks {
  readonly mode: number;
  /** Absent where the file simply belongs to this process. */
  readonly owner: Owner | undefined;
}

async function plannedLooks(file: string, options: ReplaceOptions): Promise<Looks> {
  const existing = await lstat(file).catch((cause: unknown) => {
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
