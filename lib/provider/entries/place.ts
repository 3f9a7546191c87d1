import { type ClaimedThing, type IdentifiedClaim, withClaim, withoutClaims } from "../../hosts";
import { previousAlias } from "../../model";
import { findEntry, renameEntry, setEntry, type Store, type StoreEntry } from "../../keystore";
import { type Claimant, claimedGeneration, isOursToTake } from "../claims/claimant";
import type { OpenDraft } from "../storeDraft";
import { claimsAt, claimsOn } from "./claimsOn";
import { contentOf, type DeclaredEntry } from "./content";
import { judgePlacement, type Wanted } from "./judge";
import { bequeath, keepEntry, letGoOfOutdated, wasThereBefore } from "./keep";

/** Refusals of a placement. */
export interface PlacementRefusals {
  /** Called for an entry that nobody has claimed; returns where it may be displaced. */
  readonly onForeign: (existing: StoreEntry) => void;
  /** Called for an entry of other owners. */
  readonly onOthers: (existing: StoreEntry, owners: readonly string[]) => never;
  /** Called for an entry of the same owner and declaration, whose claim no state knows. */
  readonly onLost: (existing: StoreEntry) => never;
}

/**
 * Puts a new entry into a store and claims it.
 *
 * What already holds the declared content is adopted, or joined where others have claimed it. An older anchor
 * of the same declaration moves to another alias, and one that comes after a newer one is put there, so that both are
 * trusted until the older one's own resource is destroyed.
 */
export function placeEntry(
  draft: OpenDraft,
  entry: DeclaredEntry,
  claimant: Claimant,
  options: PlacementRefusals & Pick<Wanted, "isSame">,
): OpenDraft {
  const wanted = { kind: entry.kind, alias: entry.alias, isSame: options.isSame };
  const judgement = judgePlacement(draft, wanted, claimant);
  switch (judgement.kind) {
    case "free":
      return put(draft, entry, claimant, lostAt(draft, entry, claimant));
    case "same":
      return share(draft, judgement.existing, claimant, judgement.claims);
    case "older":
      return rotate(draft, judgement.existing, entry, claimant, judgement.claims);
    case "newer":
      return put(draft, { ...entry, alias: freeAlias(draft.store, entry.alias) }, claimant, []);
    case "named":
      return replace(draft, judgement.existing, entry, claimant, judgement.claims);
    case "others":
      return options.onOthers(judgement.existing, judgement.owners);
    case "lost":
      return options.onLost(judgement.existing);
    case "foreign": {
      options.onForeign(judgement.existing);
      const outdated = letGoOfOutdated(draft, claimsAt(draft.ownership, entry.alias));
      const placed = put(outdated, entry, claimant, lostAt(outdated, entry, claimant));
      return keepEntry(placed, newClaim(claimant, entry), judgement.existing);
    }
    default:
      return judgement satisfies never;
  }
}

/**
 * Claims what is under an alias as it is, because a person said so; nothing where there is no such entry.
 *
 * @param refuse - called with each owner who has claimed it; throws where it cannot be shared with that one
 */
export function importEntryAsIs(
  draft: OpenDraft,
  kind: DeclaredEntry["kind"],
  alias: string,
  claimant: Claimant,
  refuse: (owner: string) => void,
): OpenDraft {
  const existing = findEntry(draft.store, alias);
  if (existing === undefined || existing.kind === "secret" || existing.kind !== kind) return draft;
  const claims = claimsOn(draft.ownership, existing);
  for (const { owner } of claims) refuse(owner);
  return share(draft, existing, claimant, claims, "imported");
}

/**
 * The claim of a claimant to an entry.
 *
 * @param before - a claim that it takes the place of
 */
export function newClaim(
  claimant: Claimant,
  entry: DeclaredEntry,
  origin: ClaimedThing["origin"] = "created",
  before?: IdentifiedClaim,
): IdentifiedClaim {
  const { claim: id, owner, declaredAt } = claimant;
  const content = contentOf(entry);
  return {
    id,
    owner,
    declaredAt,
    kind: entry.kind === "anchor" ? "anchor" : "key",
    at: entry.alias.toLowerCase(),
    content,
    ...claimedGeneration(claimant, content, before),
    origin,
  };
}

/** Claims what is there together with those who have claimed it, in the place of claims that are ours to take. */
export function share(
  draft: OpenDraft,
  existing: DeclaredEntry,
  claimant: Claimant,
  claims: readonly IdentifiedClaim[],
  alone: "adopted" | "imported" = "adopted",
): OpenDraft {
  const taken = claims.filter((claim) => isOursToTake(claim, claimant));
  const model = taken[0] ?? claims[0];
  const origin = model === undefined ? alone : model.origin === "displaced" ? "created" : model.origin;
  const claim = newClaim(claimant, existing, origin, taken[0]);
  return supersede({ ...draft, ownership: withClaim(draft.ownership, claim) }, taken, claim);
}

/** Removes claims that another one takes the place of, and hands over what they have displaced. */
export function supersede(
  draft: OpenDraft,
  claims: readonly IdentifiedClaim[],
  heir: IdentifiedClaim,
): OpenDraft {
  return claims
    .filter(({ id }) => id !== heir.id)
    .reduce((before, claim) => {
      const next = bequeath(before, claim, heir);
      return { ...next, ownership: withoutClaims(next.ownership, [claim.id]) };
    }, draft);
}

/** Writes the entry and claims it in the place of claims that it supersedes. */
function put(
  draft: OpenDraft,
  entry: DeclaredEntry,
  claimant: Claimant,
  superseded: readonly IdentifiedClaim[],
): OpenDraft {
  const claim = newClaim(claimant, entry);
  const store = setEntry(draft.store, entry);
  return supersede({ ...draft, store, ownership: withClaim(draft.ownership, claim) }, superseded, claim);
}

/** Takes over from owners that the provider block names, what was there before them included. */
function replace(
  draft: OpenDraft,
  existing: StoreEntry,
  entry: DeclaredEntry,
  claimant: Claimant,
  claims: readonly IdentifiedClaim[],
): OpenDraft {
  const placed = put(draft, entry, claimant, claims);
  return claims.every(wasThereBefore) ? keepEntry(placed, newClaim(claimant, entry), existing) : placed;
}

function rotate(
  draft: OpenDraft,
  existing: StoreEntry,
  entry: DeclaredEntry,
  claimant: Claimant,
  claims: readonly IdentifiedClaim[],
): OpenDraft {
  const target = freeAlias(draft.store, entry.alias);
  const ownership = claims.reduce(
    (record, claim) => withClaim(record, { ...claim, at: target.toLowerCase() }),
    draft.ownership,
  );
  const moved = renameEntry(draft.store, existing.alias, target);
  return put({ ...draft, store: moved, ownership }, entry, claimant, []);
}

/** Where the older of two generations waits until nobody needs it. */
function freeAlias(store: Store, alias: string): string {
  return previousAlias(alias, (candidate) => findEntry(store, candidate) !== undefined);
}

/** Claims of this declaration, or of owners we take over from, to what is not under the alias any more. */
function lostAt(
  { store, ownership }: OpenDraft,
  { alias }: DeclaredEntry,
  claimant: Claimant,
): IdentifiedClaim[] {
  const existing = findEntry(store, alias);
  const standing = new Set(existing === undefined ? [] : claimsOn(ownership, existing).map(({ id }) => id));
  return claimsAt(ownership, alias).filter(
    (claim) => !standing.has(claim.id) && isOursToTake(claim, claimant),
  );
}
