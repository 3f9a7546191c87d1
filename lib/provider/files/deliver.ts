import {
  findClaim,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  keepBackup,
  type OwnershipRecord,
  removeKept,
  transition,
  withClaim,
  withoutClaims,
  writeKept,
  claimsOf,
} from "../../hosts";
import { type Claimant, claimedGeneration, isOursToTake, ownersOf, standingOf } from "../claims/claimant";
import { runId } from "../run";
import { bequeathFile, claimsOnFile, dropKeptIfThere, type HeldFile, writeClaims } from "./heldFile";

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
      if (isSame && hasMode) return { claim: { ...claim, origin: "adopted" }, taken: lost, keeps: false };
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
      const isAdopted = claims.some(isThereBefore);
      return { claim: { ...claim, origin: isAdopted ? "adopted" : "created" }, taken: lost, keeps: false };
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
  if (isSame && file.mode === wanted.mode) {
    const origin = known === undefined && others.length === 0 ? "adopted" : claim.origin;
    return { claim: { ...claim, origin }, taken: [], keeps: false };
  }
  if (strangers.length > 0) return refusals.onShared(ownersOf(strangers));
  const isOurs = known?.content === hash;
  const shown = from.content === "" ? from.sha256.replaceAll(":", "").toLowerCase() : from.content;
  if (!isSame && !isOurs && others.length === 0 && hash !== shown) return refusals.onDrift(false);
  const isForeign = known === undefined && others.length === 0;
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
  if (keeps && file !== undefined) {
    await writeKept(host, path, file.bytes, file, claim.id);
    after = withClaim(after, { ...claim, origin: "displaced", kept: { place: "beside" } });
  }
  for (const one of taken.filter(({ id }) => id !== claim.id)) {
    const heir = findClaim(after, claim.id) ?? claim;
    after = withoutClaims(await bequeathFile(host, path, after, one, heir), [one.id]);
  }
  const isChanged = file?.bytes.equals(bytes) !== true || file.mode !== mode;
  if (isChanged && file !== undefined) await keepBackup(host, path, runId);
  const both = isChanged ? transition(ownership, after) : ownership;
  await writeClaims(host, path, ownership, both);
  if (isChanged) await host.replaceFile(path, bytes, { mode });
  await writeClaims(host, path, both, after);
  await removeInherited(host, path, taken, findClaim(after, claim.id), file);
}

/** What was handed over is kept under the heir's name; what was not, unless it is in its place, stays for people. */
async function removeInherited(
  host: HostFiles,
  path: string,
  taken: readonly IdentifiedClaim[],
  heir: IdentifiedClaim | undefined,
  present: HostFile | undefined,
): Promise<void> {
  const [heritage] = taken.filter(({ kept }) => kept !== undefined);
  for (const one of taken.filter(({ id, kept }) => id !== heir?.id && kept?.place === "beside")) {
    if (one === heritage && heir?.kept !== undefined) await removeKept(host, path, one.id);
    else await dropKeptIfThere(host, path, one, present);
  }
}

function claimFor(claimant: Claimant, content: string, before?: IdentifiedClaim): IdentifiedClaim {
  const { claim: id, owner, declaredAt } = claimant;
  const generation = claimedGeneration(claimant, content, before);
  return { id, owner, declaredAt, kind: "file", at: "", content, ...generation, origin: "created" };
}

function renewed(claim: IdentifiedClaim, claimant: Claimant, content: string): IdentifiedClaim {
  const { generation: _, ...rest } = claim;
  return { ...rest, owner: claimant.owner, content, ...claimedGeneration(claimant, content, claim) };
}

function isThereBefore(claim: IdentifiedClaim | undefined): boolean {
  return claim?.origin === "adopted" || claim?.origin === "imported";
}
