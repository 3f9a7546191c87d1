import {
  type Claim,
  claimsOf,
  hashOf,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  type OwnershipRecord,
  readKept,
  readOwnership,
  removeBackups,
  removeKept,
  removeOriginal,
  settledClaim,
  withClaim,
  writeKept,
  writeOwnership,
} from "../../hosts";

/** A whole file as it is on a host, and who has claimed it. */
export interface HeldFile {
  readonly file: HostFile | undefined;
  /** SHA-256 of its bytes, hexadecimal; undefined where there is none. */
  readonly hash: string | undefined;
  /** With claims as they stand, whatever a run that was killed left. */
  readonly ownership: OwnershipRecord;
}

/** Reads a file and its record; the file first, because the record is written first. */
export async function readHeldFile(host: HostFiles, path: string): Promise<HeldFile> {
  const file = await host.readFile(path);
  const hash = file === undefined ? undefined : hashOf(file.bytes);
  const record = await readOwnership(host, path);
  const claims = claimsOf(record).map(({ id, ...claim }): [string, Claim] => [
    id,
    claim.kind === "file"
      ? settledClaim(claim, claim.content === hash || claim.replaces?.content !== hash)
      : claim,
  ]);
  return { file, hash, ownership: { ...record, claims: Object.fromEntries(claims) } };
}

/** Claims to exactly this content of the file. */
export function claimsOnFile({ hash, ownership }: HeldFile): IdentifiedClaim[] {
  return claimsOf(ownership).filter(({ kind, content }) => kind === "file" && content === hash);
}

/** Writes the record if it says something new; without claims, copies of the file are not needed any more. */
export async function writeClaims(
  host: HostFiles,
  path: string,
  before: OwnershipRecord,
  after: OwnershipRecord,
): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  await writeOwnership(host, path, after);
  if (Object.keys(after.claims).length > 0) return;
  await removeBackups(host, path);
  if (before.original !== undefined) await removeOriginal(host, path, before.original);
}

/** Hands what one claim displaced over to another, which has displaced nothing itself; a copy, for the record comes later. */
export async function bequeathFile(
  host: HostFiles,
  path: string,
  ownership: OwnershipRecord,
  from: IdentifiedClaim,
  heir: IdentifiedClaim,
): Promise<OwnershipRecord> {
  if (from.kept === undefined || heir.kept !== undefined) return ownership;
  if (from.kept.place === "beside") {
    const kept = await readKept(host, path, from.id);
    if (kept === undefined) return ownership;
    await writeKept(host, path, kept.bytes, kept, heir.id);
  }
  return withClaim(ownership, { ...heir, origin: "displaced", kept: from.kept });
}

/** Removes what a claim kept if that is in its place again; what is not stays, for people to find. */
export async function dropKeptIfThere(
  host: HostFiles,
  path: string,
  { id, kept }: IdentifiedClaim,
  present: HostFile | undefined,
): Promise<boolean> {
  if (kept?.place !== "beside") return true;
  const file = await readKept(host, path, id);
  if (file !== undefined && present?.bytes.equals(file.bytes) !== true) return false;
  await removeKept(host, path, id);
  return true;
}
