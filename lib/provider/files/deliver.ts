import {
  claimKey,
  findClaim,
  type HostFiles,
  type IdentifiedClaim,
  keepBackup,
  type OwnershipRecord,
  transition,
  withClaim,
  withoutClaims,
  claimsOf,
} from "../../hosts";
import { type Claimant, claimedGeneration, isOursToTake, ownersOf, standingOf } from "../claims/claimant";
import { owing } from "../activation/owed";
import { runId } from "../run";
import { claimsOnFile, type HeldFile, writeClaims } from "./heldFile";
import { bequeathFile, isThereBefore, keepFile, removeRedundantKept } from "./keptFile";

/** What a file should be. */
export interface WantedFile {
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** Refusals of a delivery; each throws. */
export interface FileRefusals {
  /** Returns where the file may be displaced. */
  readonly onForeign: () => void;
  readonly onOthers: (owners: readonly string[]) => never;
  readonly onLost: () => never;
  readonly onDrift: (isMissing: boolean) => never;
  readonly onShared: (owners: readonly string[]) => never;
}

/** What becomes of what is there. */
interface Decision {
  readonly claim: IdentifiedClaim;
  /** Claims that this one takes the place of. */
  readonly taken: readonly IdentifiedClaim[];
  /** Whether what is there is kept, to be put back on destroy. */
  readonly keeps: boolean;
}

/** Decides what a new file may do with what is there. */
export function judgeNewFile(
  held: HeldFile,
  wanted: Pick<WantedFile, "mode"> & { readonly hash: string },
  claimant: Claimant,
  refusals: FileRefusals,
): Decision {
  const { file, hash, ownership } = held;
  const claims = claimsOnFile(held);
  const lost = claimsOf(ownership).filter((claim) => claim.kind === "file" && isOursToTake(claim, claimant));
  const claim = claimFor(
    claimant,
    wanted.hash,
    lost.find(({ content }) => content === wanted.hash),
  );
  if (file === undefined) return { claim, taken: lost, keeps: false };
  const standing = standingOf(claims, claimant);
  const isSame = hash === wanted.hash;
  const hasMode = file.mode === wanted.mode;
  switch (standing.kind) {
    case "foreign":
      if (isSame && hasMode) return { claim: joined(claim, []), taken: lost, keeps: false };
      if (!isSame) refusals.onForeign();
      return { claim, taken: lost, keeps: true };
    case "ours": {
      if (!isSame && !standing.isNamed) return refusals.onLost();
      const [model = claim] = standing.claims;
      const wasThere = isThereBefore(model);
      const origin = wasThere ? model.origin : "created";
      return { claim: { ...claim, origin }, taken: lost, keeps: wasThere && !(isSame && hasMode) };
    }
    case "others": {
      if (!isSame || !hasMode) return refusals.onOthers(standing.owners);
      return { claim: joined(claim, claims), taken: lost, keeps: false };
    }
    default:
      return standing satisfies never;
  }
}

/** Decides what an update may do with what is there; `from` is what the plan showed. */
export function judgeUpdatedFile(
  held: HeldFile,
  wanted: Pick<WantedFile, "mode"> & { readonly hash: string },
  claimant: Claimant,
  from: { readonly content: string; readonly sha256: string },
  refusals: FileRefusals,
): Decision {
  const { file, hash, ownership } = held;
  const known = findClaim(ownership, claimant.claim);
  const claim = known === undefined ? claimFor(claimant, wanted.hash) : renewed(known, claimant, wanted.hash);
  if (file === undefined) {
    if (from.sha256 !== "") refusals.onDrift(true);
    return { claim, taken: [], keeps: false };
  }
  const others = claimsOnFile(held).filter(({ id }) => id !== claimant.claim);
  const strangers = others.filter(({ owner }) => !claimant.takeOver.includes(owner));
  const isSame = hash === wanted.hash;
  const isOurs = known?.content === hash;
  const isForeign = !isOurs && others.length === 0;
  if (isSame && file.mode === wanted.mode) {
    return { claim: isOurs ? claim : joined(claim, others), taken: [], keeps: false };
  }
  if (strangers.length > 0) return refusals.onShared(ownersOf(strangers));
  const shown = from.content === "" ? from.sha256.replaceAll(":", "").toLowerCase() : from.content;
  if (!isSame && isForeign && hash !== shown) return refusals.onDrift(false);
  return { claim, taken: others, keeps: isForeign || (isOurs && isThereBefore(known)) };
}

/** Writes the file that was decided on: what it displaces first, then the record, then the file. */
export async function deliverFile(
  host: HostFiles,
  path: string,
  held: HeldFile,
  { bytes, mode }: WantedFile,
  { claim, taken, keeps }: Decision,
): Promise<void> {
  const { file, ownership } = held;
  let after: OwnershipRecord = withClaim(ownership, claim);
  if (file === undefined) after = withoutOutdated(after, held);
  if (keeps && file !== undefined) {
    await keepFile(host, path, file, claim);
    after = withClaim(withoutOutdated(after, held), {
      ...claim,
      origin: "displaced",
      kept: { place: "beside" },
    });
  }
  for (const one of taken.filter(({ id }) => id !== claim.id)) {
    const heir = findClaim(after, claim.id) ?? claim;
    after = withoutClaims(await bequeathFile(host, path, after, one, heir), [one.id]);
  }
  const isChanged = file?.bytes.equals(bytes) !== true || file.mode !== mode;
  after = await owing(host, path, ownership, after, isChanged ? [claimKey(claim)] : undefined);
  if (isChanged && file !== undefined) await keepBackup(host, path, runId);
  const both = isChanged ? transition(ownership, after) : ownership;
  await writeClaims(host, path, ownership, both);
  if (isChanged) await host.replaceFile(path, bytes, { mode });
  await writeClaims(host, path, both, after);
  await removeRedundantKept(host, path, after, { bytes });
}

function claimFor(claimant: Claimant, content: string, before?: IdentifiedClaim): IdentifiedClaim {
  const { claim: id, owner, declaredAt } = claimant;
  const generation = claimedGeneration(claimant, content, before);
  return { id, owner, declaredAt, kind: "file", at: "", content, ...generation, origin: "created" };
}

function renewed(claim: IdentifiedClaim, claimant: Claimant, content: string): IdentifiedClaim {
  const { generation: _, identity: __, ...rest } = claim;
  return { ...rest, owner: claimant.owner, content, ...claimedGeneration(claimant, content, claim) };
}

/**
 * The record where something new takes the place of what a person put there, or took out: what was there before claims
 * that do not hold any more is outdated. What they displaced comes back only where a person put nothing else there.
 */
function withoutOutdated(record: OwnershipRecord, { file, hash }: HeldFile): OwnershipRecord {
  return claimsOf(record)
    .filter(({ kind, content }) => kind === "file" && content !== hash)
    .filter((claim) => file !== undefined || isThereBefore(claim))
    .reduce((before, claim) => withClaim(before, withoutPast(claim, "created")), record);
}

/** A claim to what is there already; a person's is adopted, whoever put it there and when. */
function joined(claim: IdentifiedClaim, others: readonly IdentifiedClaim[]): IdentifiedClaim {
  return withoutPast(claim, others.length === 0 || others.some(isThereBefore) ? "adopted" : "created");
}

function withoutPast(claim: IdentifiedClaim, origin: IdentifiedClaim["origin"]): IdentifiedClaim {
  const { kept: _, ...bare } = claim;
  return { ...bare, origin };
}
