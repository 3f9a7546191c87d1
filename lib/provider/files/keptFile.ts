import {
  claimsOf,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  listKept,
  type OwnershipRecord,
  readKept,
  removeKept,
  withClaim,
  writeKept,
} from "../../hosts";
import { newClaim } from "../run";

/**
 * Keeps a file that a claim displaces. What the same claim has displaced before is let go: it stays beside the file
 * under a name that no claim has, for people to find.
 */
export async function keepFile(
  host: HostFiles,
  path: string,
  file: HostFile,
  { id }: IdentifiedClaim,
): Promise<void> {
  const before = await readKept(host, path, id);
  if (before !== undefined && !before.bytes.equals(file.bytes)) {
    await writeKept(host, path, before.bytes, before, newClaim());
  }
  await writeKept(host, path, file.bytes, file, id);
}

/**
 * Hands what one claim displaced over to another; a copy, for the record comes later. One that has displaced something
 * itself, or that stands on what a person put there, has its own past.
 */
export async function bequeathFile(
  host: HostFiles,
  path: string,
  ownership: OwnershipRecord,
  from: IdentifiedClaim,
  heir: IdentifiedClaim,
): Promise<OwnershipRecord> {
  if (from.kept === undefined || heir.kept !== undefined || isThereBefore(heir)) return ownership;
  if (from.kept.place === "beside") {
    const kept = await readKept(host, path, from.id);
    if (kept === undefined) return ownership;
    await writeKept(host, path, kept.bytes, kept, heir.id);
  }
  return withClaim(ownership, { ...heir, origin: "displaced", kept: from.kept });
}

/**
 * Removes kept files that no claim refers to and whose content is in its place again, or kept for a claim all the
 * same. What is nowhere else stays, for people to find.
 */
export async function removeRedundantKept(
  host: HostFiles,
  path: string,
  ownership: OwnershipRecord,
  present: Pick<HostFile, "bytes"> | undefined,
): Promise<void> {
  const kept = await Promise.all(
    (await listKept(host, path)).map(async (id) => ({ id, file: await readKept(host, path, id) })),
  );
  const wanted = new Set(
    claimsOf(ownership)
      .filter((claim) => claim.kept?.place === "beside")
      .map(({ id }) => id),
  );
  const isElsewhere = (file: HostFile): boolean =>
    present?.bytes.equals(file.bytes) === true ||
    kept.some((other) => wanted.has(other.id) && other.file?.bytes.equals(file.bytes) === true);
  for (const { id, file } of kept) {
    if (!wanted.has(id) && file !== undefined && isElsewhere(file)) await removeKept(host, path, id);
  }
}

/** Whether what is claimed was there before it was, and so stays. */
export function isThereBefore(claim: IdentifiedClaim | undefined): boolean {
  return claim?.origin === "adopted" || claim?.origin === "imported";
}
