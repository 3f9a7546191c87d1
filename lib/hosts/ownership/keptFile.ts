import { claimOfKept, keptName } from "../companions";
import type { HostFile, HostFiles } from "../hostFiles";
import { looksOf } from "../looks";
import { besidePath, fileNameOf } from "../plannedPath";

/**
 * Where that is kept which was displaced from the file at `path`: a store of displaced entries, or, with a claim,
 * the whole file that this claim displaced.
 */
export async function keptPath(host: HostFiles, path: string, claim?: string): Promise<string> {
  const real = await host.realPath(path);
  return besidePath(real, keptName(fileNameOf(real), claim));
}

/** What was displaced; undefined where nothing is kept. */
export async function readKept(host: HostFiles, path: string, claim?: string): Promise<HostFile | undefined> {
  return host.readFile(await keptPath(host, path, claim));
}

/**
 * Keeps what is displaced, before the record says so.
 *
 * @param looks - mode and owner of the file that it is from; private where that is gone
 */
export async function writeKept(
  host: HostFiles,
  path: string,
  bytes: Uint8Array,
  looks: Pick<HostFile, "mode" | "ownerId" | "groupId"> | undefined,
  claim?: string,
): Promise<void> {
  const kept = await keptPath(host, path, claim);
  await host.replaceFile(kept, bytes, looks === undefined ? { mode: 0o600 } : looksOf(looks));
}

/** Forgets what was displaced, once it is back in its place or nobody wants it back. */
export async function removeKept(host: HostFiles, path: string, claim?: string): Promise<void> {
  await host.removeFile(await keptPath(host, path, claim));
}

/** The claims that whole files are kept for beside the file at `path`, whether or not anybody still knows of them. */
export async function listKept(host: HostFiles, path: string): Promise<string[]> {
  const name = fileNameOf(await host.realPath(path));
  return (await host.listBeside(path)).flatMap((file) => claimOfKept(name, file.name) ?? []).sort();
}
