import { type Claim, type ClaimedThing, claimsOf, type IdentifiedClaim, settledClaim } from "../../hosts";
import { findEntry, type Store, type StoreEntry } from "../../keystore";
import { isEntryClaim } from "./claimsOn";
import { contentOf, holdsContent } from "./content";
import type { StoreDraft } from "../storeDraft";

/**
 * Decides from the store what a record says that was written by a run which may have been killed, and drops
 * claims to what somebody has taken out by hand; not those that say what has to be put back.
 */
export function settleClaims<D extends StoreDraft>(draft: D): D {
  const { store, ownership } = draft;
  if (store === undefined) return draft;
  const entries = entriesByAlias(store);
  const settled = claimsOf(ownership).map((claim) =>
    isEntryClaim(claim) ? settle(claim, (thing) => holdsThing(entries, thing)) : claim,
  );
  const known = settled.map((claim) => inWordsOfToday(claim, entries.get(claim.at)));
  const standing = new Set(known.filter((claim) => holdsThing(entries, claim)).map(({ at }) => at));
  const dangling = known.filter((claim) => {
    if (!isEntryClaim(claim) || holdsThing(entries, claim)) return false;
    const existing = entries.get(claim.at);
    // The run that was to displace it never came that far.
    if (claim.kept !== undefined) return existing !== undefined && isKept(draft, claim, existing);
    return existing === undefined || standing.has(claim.at);
  });
  const gone = new Set(dangling.map(({ id }) => id));
  const claims = Object.fromEntries(
    known.filter(({ id }) => !gone.has(id)).map(({ id, ...claim }): [string, Claim] => [id, claim]),
  );
  return { ...draft, ownership: { ...ownership, claims } };
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
