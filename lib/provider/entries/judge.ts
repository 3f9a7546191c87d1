import { claimsOf, findClaim, type IdentifiedClaim, UNNAMED_OWNER } from "../../hosts";
import { type AnchorEntry, findEntry, type StoreEntry } from "../../keystore";
import { isSameChain } from "../../pki";
import { type Claimant, ownersOf, standingOf } from "../claims/claimant";
import { mayBeOne } from "../claims/generation";
import type { OpenDraft } from "../storeDraft";
import { claimsOn } from "./claimsOn";
import { type DeclaredEntry, fingerprintOf, holdsContent } from "./content";

/** What is to be put under an alias. */
export interface Wanted {
  readonly kind: DeclaredEntry["kind"];
  readonly alias: string;
  /** Whether an entry already holds exactly what is declared. */
  readonly isSame: (existing: DeclaredEntry) => boolean;
  /** The certificates that are to be there with a key. @default - not known yet */
  readonly chain?: readonly Uint8Array[];
}

/** What stands in the way of a new entry, and who has claimed it. */
export type PlacementJudgement =
  | { readonly kind: "free" }
  | { readonly kind: "same"; readonly existing: DeclaredEntry; readonly claims: readonly IdentifiedClaim[] }
  /** An older anchor of the same declaration, which stays trusted beside the new one. */
  | { readonly kind: "older"; readonly existing: StoreEntry; readonly claims: readonly IdentifiedClaim[] }
  /** A newer anchor of the same declaration, beside which the older one is put. */
  | { readonly kind: "newer" }
  /** It belongs to owners that the provider block names. */
  | { readonly kind: "named"; readonly existing: StoreEntry; readonly claims: readonly IdentifiedClaim[] }
  | { readonly kind: "foreign"; readonly existing: StoreEntry }
  | { readonly kind: "others"; readonly existing: StoreEntry; readonly owners: readonly string[] }
  /** It is the same owner's and declaration's, under a claim that the state does not know. */
  | { readonly kind: "lost"; readonly existing: StoreEntry };

/** Judges whether a new entry may be put under its alias. */
export function judgePlacement(
  { store, ownership }: OpenDraft,
  wanted: Wanted,
  claimant: Claimant,
): PlacementJudgement {
  const existing = findEntry(store, wanted.alias);
  if (existing === undefined) return { kind: "free" };
  const claims = claimsOn(ownership, existing);
  if (existing.kind === wanted.kind && wanted.isSame(existing)) return { kind: "same", existing, claims };
  if (
    existing.kind === "anchor" &&
    wanted.kind === "anchor" &&
    claims.some((claim) => isOfDeclaration(claim, claimant))
  )
    return besideOther({ store, ownership }, wanted, claimant, { existing, claims });
  const standing = standingOf(claims, claimant);
  if (standing.kind === "others") return { kind: "others", existing, owners: standing.owners };
  if (standing.kind === "foreign") return { kind: "foreign", existing };
  return standing.isNamed ? { kind: "named", existing, claims } : { kind: "lost", existing };
}

/** Two generations of one declaration: the older one may be beside the newer one already. */
function besideOther(
  { store, ownership }: OpenDraft,
  { isSame }: Wanted,
  claimant: Claimant,
  found: { readonly existing: StoreEntry; readonly claims: readonly IdentifiedClaim[] },
): PlacementJudgement {
  const moved = claimsOf(ownership)
    .filter(({ kind, declaredAt }) => kind === "anchor" && declaredAt === claimant.declaredAt)
    .flatMap(({ at }) => findEntry(store, at) ?? [])
    .find((entry): entry is AnchorEntry => entry.kind === "anchor" && isSame(entry));
  if (moved !== undefined) return { kind: "same", existing: moved, claims: claimsOn(ownership, moved) };
  return found.claims.some((claim) => isNewer(claim, claimant))
    ? { kind: "newer" }
    : { kind: "older", ...found };
}

/** What the plan of an update said would be replaced. */
export interface PlannedFrom {
  readonly content: string;
  /** Fingerprint of the certificate; empty where the plan found nothing. */
  readonly sha256: string;
}

/** What an update finds in its place. */
export type UpdateJudgement =
  /** Nothing, as the plan said. */
  | { readonly kind: "free" }
  | { readonly kind: "same"; readonly existing: DeclaredEntry; readonly claims: readonly IdentifiedClaim[] }
  /** What we put there, or what was there when we adopted it. */
  | { readonly kind: "ours"; readonly existing: StoreEntry; readonly taken: readonly IdentifiedClaim[] }
  /** Our own key, behind which somebody has put other certificates, or none: nothing is lost with it. */
  | { readonly kind: "altered" }
  /** Something of nobody's that the plan showed. */
  | { readonly kind: "foreign"; readonly existing: StoreEntry }
  | { readonly kind: "shared"; readonly owners: readonly string[] }
  /** Something that the plan did not show, or nothing where it showed something. */
  | { readonly kind: "drift"; readonly existing: StoreEntry | undefined };

/** Judges whether what is in the place of an entry may be replaced. */
export function judgeUpdate(
  { store, ownership }: OpenDraft,
  wanted: Wanted,
  claimant: Claimant,
  from: PlannedFrom,
): UpdateJudgement {
  const claim = findClaim(ownership, claimant.claim);
  const existing = findEntry(store, claim?.at ?? wanted.alias);
  if (existing === undefined) return from.sha256 === "" ? { kind: "free" } : { kind: "drift", existing };
  const claims = claimsOn(ownership, existing);
  if (existing.kind === wanted.kind && wanted.isSame(existing)) return { kind: "same", existing, claims };
  const others = claims.filter(({ id }) => id !== claimant.claim);
  const taken = others.filter(({ owner }) => claimant.takeOver.includes(owner));
  const strangers = others.filter((claim) => !taken.includes(claim));
  // Where the chain is the one that all have claimed, only the key is put right, for all of them.
  if (strangers.length > 0 && !hasChain(existing, wanted)) {
    return { kind: "shared", owners: ownersOf(strangers) };
  }
  const isOurs = claims.length > others.length || others.length > 0;
  if (isOurs) return { kind: "ours", existing, taken };
  const isPlanned =
    from.content === "" ? fingerprintOf(existing) === from.sha256 : holdsContent(existing, from.content);
  if (!isPlanned) return { kind: "drift", existing };
  return claim !== undefined && isAltered(existing, claim, wanted)
    ? { kind: "altered" }
    : { kind: "foreign", existing };
}

function hasChain(existing: StoreEntry, { chain }: Wanted): boolean {
  return existing.kind === "identity" && chain !== undefined && isSameChain(existing.chain, chain);
}

/** Whether it is the declared key with other certificates behind its own, or the claimed one with fewer. */
function isAltered(existing: StoreEntry, { content }: IdentifiedClaim, { chain }: Wanted): boolean {
  if (existing.kind !== "identity" || chain === undefined) return false;
  const isDeclared = existing.chain.length > 0 && isSameChain(existing.chain.slice(0, 1), chain.slice(0, 1));
  const completed = [...existing.chain, ...chain.slice(existing.chain.length)];
  return isDeclared || holdsContent({ ...existing, chain: completed }, content);
}

function isNewer({ generation, identity }: IdentifiedClaim, claimant: Claimant): boolean {
  if (generation === undefined || claimant.generation === undefined) return false;
  return mayBeOne(identity, claimant.identity) && generation > claimant.generation;
}

/** An anchor that another owner relies on too stays trusted as well when it moves; so moving it is no change to it. */
function isOfDeclaration(claim: IdentifiedClaim, { owner, declaredAt, takeOver }: Claimant): boolean {
  return (
    claim.declaredAt === declaredAt &&
    (claim.owner === owner || claim.owner === UNNAMED_OWNER) &&
    !takeOver.includes(claim.owner)
  );
}
