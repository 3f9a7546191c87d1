import { asideName } from "../companions";
import { besidePath, fileNameOf } from "../plannedPath";
import { isRemote } from "../ssh/errors";
import type { SftpClient } from "./client";
import { patientlyAway } from "./patience";

/*
 * Windows has no rename over a file that SFTP reaches: its OpenSSH removes the old one first, also for what it calls
 * posix-rename, and where the new one then cannot be renamed there is none. So the old file gets a name aside first:
 *
 *   linked     a second name beside its own, and the server puts the new one into its place. The place is empty for
 *              the time between two calls of the server.
 *   moved      where no second name can be made: the old one is renamed, then the new one. The place is empty for as
 *              long as the way to the machine and back takes.
 *
 * What is aside is the file while its place is empty, for whoever reads here, and goes back there.
 */

/** Where the old file waits. */
export function asidePath(file: string): string {
  return besidePath(file, asideName(fileNameOf(file)));
}

/** Puts a complete file into the place of one that is there; where that fails, the old one is back. */
export async function putInPlace(client: SftpClient, complete: string, file: string): Promise<void> {
  await repairAside(client, file);
  const isLinked = await setAside(client, file);
  try {
    await patientlyAway(() => (isLinked ? client.replace(complete, file) : client.rename(complete, file)));
  } catch (cause) {
    if (client.isOpen) await repairAside(client, file);
    throw cause;
  }
  // Where somebody has it open it stays until the next run.
  await patientlyAway(() => client.remove(asidePath(file))).catch(unlessInUse);
}

/** Puts a complete file where none is. */
export async function putNew(client: SftpClient, complete: string, file: string): Promise<void> {
  // The plain one links and unlinks, and leaves both names where a scanner has the file open.
  const { replacesLinked } = client;
  await patientlyAway(() =>
    replacesLinked ? client.replace(complete, file) : client.rename(complete, file),
  );
}

/** Puts back what a run left aside that did not get further; removes it where the new file is in its place. */
export async function repairAside(client: SftpClient, file: string): Promise<void> {
  const aside = asidePath(file);
  const [old, current] = await Promise.all([client.look(aside), client.look(file)]);
  if (old === undefined) return;
  await patientlyAway(() => (current === undefined ? client.rename(aside, file) : client.remove(aside)));
}

/** Whether it still has its own name too. */
async function setAside(client: SftpClient, file: string): Promise<boolean> {
  if (client.replacesLinked) {
    try {
      await client.link(file, asidePath(file));
      return true;
    } catch (cause) {
      // FAT has no second names.
      if (!isRemote(cause, "failure") && !isRemote(cause, "unsupported")) throw cause;
    }
  }
  await patientlyAway(() => client.rename(file, asidePath(file)));
  return false;
}

function unlessInUse(cause: unknown): void {
  if (!isRemote(cause, "in-use")) throw cause;
}
