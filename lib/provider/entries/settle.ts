import {
  type Claim,
  type ClaimedThing,
  claimsOf,
  type IdentifiedClaim,
  settledClaim,
  withoutClaims,
} from "../../hosts";
import { findEntry, type Store, type StoreEntry } from "../../keystore";
import { isEntryClaim } from "./claimsOn";
import { contentOf, holdsContent } from "./content";
import { bequeath, forgetKept } from "./keep";
import type { StoreDraft } from "../storeDraft";

/**
 * Decides from the store what a record says that was written by a run which may have been killed, and drops
 * claims to what is there no more. What they had displaced is to be put back by whoever is in their place.
 */
export function settleClaims<D extends StoreDraft>(draft: D): D {
  const { store, ownership } = draft;
  if (store === undefined) return draft;
  const entries = entriesByAlias(store);
  const settled = claimsOf(ownership).map((claim) =>
    isEntryClaim(claim) ? settle(claim, (thing) => holdsThing(entries, thing)) : claim,
  );
  const known = settled.map((claim) => inWordsOfToday(claim, entries.get(claim.at)));
  const standing = new Map(
    known
      .filter((claim) => isEntryClaim(claim) && holdsThing(entries, claim))
      .map((claim) => [claim.at, claim]),
  );
  const dangling = known.filter((claim) => {
    if (!isEntryClaim(claim) || holdsThing(entries, claim)) return false;
    const existing = entries.get(claim.at);
    if (existing === undefined) return claim.kept === undefined;
    // Where it is in its place, the run that was to displace it never came that far.
    return standing.has(claim.at) || isKept(draft, claim, existing);
  });
  const claims = Object.fromEntries(known.map(({ id, ...claim }): [string, Claim] => [id, claim]));
  return dangling.reduce(
    (before, claim) => {
      const heir = standing.get(claim.at);
      const next = heir === undefined ? forgetKept(before, claim) : bequeath(before, claim, heir);
      return { ...next, ownership: withoutClaims(next.ownership, [claim.id]) };
    },
    { ...draft, ownership: { ...ownership, claims } },
  );
}

function settle(claim: IdentifiedClaim, holds: (thing: ClaimedThing) => boolean): IdentifiedClaim {
  if (claim.replaces === undefined) return claim;
  return settledClaim(claim, holds(claim) || !holds(claim.replaces));
}

/** Version 1 knew an entry by its certificate only. */
function inWordsOfToday(claim: IdentifiedClaim, entry: StoreEntry | undefined): IdentifiedClaim {
  if (!isEntryClaim(claim) || entry === undefined || !holdsContent(entry, claim.content)) return claim;
  const content = contentOf(entry);
  return claim.content === content ? claim : { ...claim, content };
}

function isKept({ kept }: StoreDraft, { id, kept: place }: IdentifiedClaim, existing: StoreEntry): boolean {
  if (place?.place !== "beside" || kept === undefined) return false;
  const entry = findEntry(kept, id);
  return entry !== undefined && entry.kind !== "secret" && holdsContent(existing, contentOf(entry));
}

function holdsThing(entries: ReadonlyMap<string, StoreEntry>, { at, content }: ClaimedThing): boolean {
  return holdsContent(entries.get(at), content);
}

/** As `findEntry` finds them: the spelling in lower case wins. */
function entriesByAlias({ entries }: Store): ReadonlyMap<string, StoreEntry> {
  const found = new Map<string, StoreEntry>();
  for (const entry of entries) {
    const key = entry.alias.toLowerCase();
    if (entry.alias === key || !found.has(key)) found.set(key, entry);
  }
  return found;
}
