import {
  type Claim,
  claimsOf,
  hashOf,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  type OwnershipRecord,
  readOwnership,
  removeBackups,
  removeOriginal,
  settledClaim,
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

/**
 * Writes the record if it says something new. Without claims there is none, and copies of the file go before it: as
 * long as there is a record, whoever comes after a kill knows what to clear away.
 */
export async function writeClaims(
  host: HostFiles,
  path: string,
  before: OwnershipRecord,
  after: OwnershipRecord,
): Promise<void> {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  if (Object.keys(after.claims).length === 0) {
    await removeBackups(host, path);
    if (before.original !== undefined) await removeOriginal(host, path, before.original);
  }
  await writeOwnership(host, path, after);
}
