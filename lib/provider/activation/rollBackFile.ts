import {
  claimKey,
  claimsOf,
  earlierVersions,
  hashOf,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  keepBackup,
  looksOf,
  readBackup,
  readKept,
  transition,
  withClaim,
} from "../../hosts";
import { certificatesFromFile, parsed, PkiError } from "../../pki";
import { claimsOnFile, type HeldFile, readHeldFile, writeClaims } from "../files/heldFile";
import { isThereBefore, removeRedundantKept } from "../files/keptFile";
import { takeAwayFile } from "../files/takeAway";
import { currentRun } from "../run";
import { owing } from "./owed";
import { claimPutBack } from "./putBack";
import { REASONS, type RollBackTarget, type RolledBack } from "./rolledBack";

/** Puts an owner's whole file back to what was proven last, under its lock; one that is not ours any more stays. */
export function rollBackFile(target: RollBackTarget): Promise<RolledBack[]> {
  const { host, path } = target;
  return host.exclusively(path, async () => {
    const result = await rollBackHeld(target, await readHeldFile(host, path));
    return result === undefined ? [] : [{ path, thing: "the file", ...result }];
  });
}

type Result = Omit<RolledBack, "path" | "thing">;

async function rollBackHeld(
  { host, path, owner, known }: RollBackTarget,
  held: HeldFile,
): Promise<Result | undefined> {
  const own = claimsOf(held.ownership).filter((claim) => claim.owner === owner && claim.kind === "file");
  const [claim] = own;
  if (claim === undefined) return undefined;
  const proven = known.proven[claimKey(claim)];
  if (claim.content === proven) return rollBackLooks(host, path, held);
  if (held.file === undefined || held.hash !== claim.content)
    return { outcome: "left", reason: REASONS.changed };
  if (claimsOnFile(held).some((other) => other.owner !== owner))
    return { outcome: "left", reason: REASONS.shared };
  if (proven === undefined && own.every(isThereBefore)) return undefined;
  const from = certificateOf(held.file);
  if (proven === undefined) {
    for (const { id } of own) await takeAwayFile(host, path, await readHeldFile(host, path), id, false);
    return { outcome: "withdrawn", ...from, ...toOf(await host.readFile(path)) };
  }
  const found = await findContent(host, path, claim, proven);
  if (found === undefined) return { outcome: "left", reason: REASONS.lost };
  await putBack(host, path, held, own, found);
  return { outcome: "restored", ...from, ...toOf(found.file) };
}

/** Gives a file of the same content the mode and owner that this run found. */
async function rollBackLooks(
  host: HostFiles,
  path: string,
  { file, hash }: HeldFile,
): Promise<Result | undefined> {
  const before = await readBackup(host, path, currentRun());
  if (file === undefined || before === undefined || hashOf(before.bytes) !== hash) return undefined;
  if (before.mode === file.mode) return undefined;
  await host.replaceFile(path, before.bytes, looksOf(before));
  return { outcome: "restored" };
}

interface Found {
  readonly file: HostFile;
  /** Whether it is what the claim had displaced. */
  readonly wasDisplaced: boolean;
}

async function findContent(
  host: HostFiles,
  path: string,
  { id }: IdentifiedClaim,
  content: string,
): Promise<Found | undefined> {
  const holds = (file: HostFile | undefined): file is HostFile =>
    file !== undefined && hashOf(file.bytes) === content;
  const kept = await readKept(host, path, id);
  if (holds(kept)) return { file: kept, wasDisplaced: true };
  for await (const file of earlierVersions(host, path)) if (holds(file)) return { file, wasDisplaced: false };
  return undefined;
}

async function putBack(
  host: HostFiles,
  path: string,
  { ownership }: HeldFile,
  claims: readonly IdentifiedClaim[],
  { file, wasDisplaced }: Found,
): Promise<void> {
  const content = hashOf(file.bytes);
  const claimed = claims
    .map((claim) => claimPutBack(claim, content, wasDisplaced))
    .reduce(withClaim, ownership);
  const after = await owing(host, path, ownership, claimed, []);
  await keepBackup(host, path, currentRun());
  const both = transition(ownership, after);
  await writeClaims(host, path, ownership, both);
  await host.replaceFile(path, file.bytes, looksOf(file));
  await writeClaims(host, path, both, after);
  await removeRedundantKept(host, path, after, file);
}

function certificateOf(file: HostFile): { readonly from?: string } {
  const sha256 = firstCertificate(file);
  return sha256 === undefined ? {} : { from: sha256 };
}

function toOf(file: HostFile | undefined): { readonly to?: string } {
  const sha256 = file === undefined ? undefined : firstCertificate(file);
  return sha256 === undefined ? {} : { to: sha256 };
}

/** Fingerprint of the first certificate, which is what a server serves; undefined for files of other kinds. */
function firstCertificate({ bytes }: HostFile): string | undefined {
  try {
    const [first] = certificatesFromFile(bytes);
    return first === undefined ? undefined : parsed(first.der).sha256;
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
