import { findClaim, type IdentifiedClaim, type Kept, withClaim } from "../../hosts";
import {
  createStore,
  findEntry,
  PROFILES,
  removeEntry,
  renameEntry,
  setEntry,
  type Store,
  type StoreEntry,
} from "../../keystore";
import type { StoreProfile } from "../../model";
import type { OpenDraft, StoreDraft } from "../storeDraft";

/** Keeps an entry that is about to be displaced, and says so in the claim that displaces it. */
export function keepEntry(draft: OpenDraft, claim: IdentifiedClaim, entry: StoreEntry): OpenDraft {
  const emptied = letGo(draft, findClaim(draft.ownership, claim.id) ?? claim);
  const kept = setEntry(emptied.kept ?? emptyLike(draft.store), { ...entry, alias: claim.id });
  const place: Kept = { place: "beside", alias: entry.alias };
  const ownership = withClaim(emptied.ownership, { ...claim, origin: "displaced", kept: place });
  return { ...emptied, ownership, kept };
}

/** What a claim has displaced, under its own alias; undefined where it displaced nothing, or it is lost. */
export async function keptEntry(
  { kept, store }: StoreDraft,
  claim: IdentifiedClaim,
  alias: string,
  readOriginalStore: () => Promise<Store | undefined>,
): Promise<StoreEntry | undefined> {
  if (claim.kept?.place === "orig") {
    const original = await readOriginalStore();
    return original?.format === store?.format && original !== undefined
      ? findEntry(original, alias)
      : undefined;
  }
  const entry = kept === undefined ? undefined : findEntry(kept, claim.id);
  const spelled = claim.kept?.place === "beside" ? claim.kept.alias : undefined;
  return entry === undefined ? undefined : { ...entry, alias: spelled ?? alias };
}

/**
 * Hands what one claim displaced over to another. One that has displaced something itself, or that stands on what a
 * person put there, has its own past.
 */
export function bequeath<D extends StoreDraft>(draft: D, from: IdentifiedClaim, heir: IdentifiedClaim): D {
  const current = findClaim(draft.ownership, heir.id) ?? heir;
  const hasPast = current.kept !== undefined || wasThereBefore(current);
  if (from.kept === undefined || hasPast) return letGo(draft, from);
  const ownership = withClaim(draft.ownership, { ...current, origin: "displaced", kept: from.kept });
  const { kept } = draft;
  if (kept === undefined || findEntry(kept, from.id) === undefined) return { ...draft, ownership };
  return { ...draft, ownership, kept: renameEntry(removeEntry(kept, heir.id), from.id, heir.id) };
}

/** Forgets what a claim has displaced, because it is back in its place or nobody wants it back. */
export function forgetKept<D extends StoreDraft>(draft: D, { id }: IdentifiedClaim): D {
  return draft.kept === undefined ? draft : { ...draft, kept: removeEntry(draft.kept, id) };
}

/**
 * Lets go of what a claim has displaced without losing it: it stays in the kept store under the alias that it
 * had, for people to find.
 */
export function letGo<D extends StoreDraft>(draft: D, { id, kept: place, at }: IdentifiedClaim): D {
  const { kept } = draft;
  if (kept === undefined || place?.place !== "beside" || findEntry(kept, id) === undefined) return draft;
  return { ...draft, kept: renameEntry(kept, id, freeAlias(kept, place.alias ?? at)) };
}

/** Lets go of what claims have displaced whose own thing somebody has replaced since: that person has decided. */
export function letGoOfOutdated<D extends StoreDraft>(draft: D, claims: readonly IdentifiedClaim[]): D {
  return claims
    .filter(({ kept }) => kept !== undefined)
    .reduce((before, claim) => {
      const { kept: _, ...bare } = claim;
      const next = letGo(before, claim);
      return { ...next, ownership: withClaim(next.ownership, { ...bare, origin: "created" }) };
    }, draft);
}

function freeAlias(store: Store, alias: string): string {
  let candidate = alias;
  for (let number = 2; findEntry(store, candidate) !== undefined; number += 1)
    candidate = `${alias}-${number}`;
  return candidate;
}

/** Whether what is claimed was there before it was, and so stays. */
export function wasThereBefore({ origin }: Pick<IdentifiedClaim, "origin">): boolean {
  return origin === "adopted" || origin === "imported";
}

/** Whether an alias of the kept store is that of a claim. */
export function isClaimId(alias: string): boolean {
  return /^[0-9a-f]{32}$/.test(alias);
}

/** A store of the same format, so that sealed keys can be copied as they are. */
function emptyLike({ format, profile, integrity }: Store): Store {
  if (format !== "pkcs12") return { format, profile, integrity, entries: [] };
  return createStore(isProfile(profile) ? profile : "compat");
}

function isProfile(profile: string): profile is StoreProfile {
  return Object.hasOwn(PROFILES, profile);
}
