import { findClaim, type IdentifiedClaim, withClaim, withoutClaims } from "../../hosts";
import { findEntry, removeEntry, renameEntry, setEntry, type Store, type StoreEntry } from "../../keystore";
import type { OpenDraft } from "../storeDraft";
import { claimsAt, claimsOn, isEntryClaim } from "./claimsOn";
import { fingerprintOf, holdsContent } from "./content";
import { bequeath, forgetKept, keepEntry, keptEntry, letGo, wasThereBefore } from "./keep";
import type { EntryRow } from "./locate";

/** What became of an entry that should go. */
export type Removal =
  /** It is out of the store. */
  | "removed"
  /** What it had displaced is back. */
  | "restored"
  /** What it had displaced is nowhere to be found. */
  | "not-restored"
  /** It was not there any more. */
  | "gone"
  /** It was there before us and stays. */
  | "left"
  /** Others have claimed it too and keep it. */
  | "shared"
  /** Something that is not ours is in its place, and stays. */
  | "not-ours";

export interface Withdrawal {
  readonly draft: OpenDraft;
  readonly removal: Removal;
}

export interface WithdrawalOptions {
  /** Whether it is taken out even where it was there before us, and nothing is put back. */
  readonly removesForGood: boolean;
  /** The store as versions before kept stores have left it in `<name>.orig`. */
  readonly readOriginalStore: () => Promise<Store | undefined>;
}

/** Drops a resource's claim; its entry goes with the last one, and what was there before comes back. */
export async function withdrawEntry(
  draft: OpenDraft,
  row: EntryRow,
  options: WithdrawalOptions,
): Promise<Withdrawal> {
  const claim = findClaim(draft.ownership, row.claim);
  if (claim === undefined) return { draft, removal: unclaimed(draft, row) };
  const next = { ...draft, ownership: withoutClaims(draft.ownership, [claim.id]) };
  const existing = findEntry(draft.store, claim.at);
  const others = existing === undefined ? [] : claimsOn(next.ownership, existing);
  if (existing !== undefined && !holdsContent(existing, claim.content)) {
    return { draft: letGo(next, claim), removal: others.length > 0 ? "gone" : "not-ours" };
  }
  const [heir] = others;
  if (heir !== undefined) {
    const left = options.removesForGood ? forgetKept(next, claim) : bequeath(next, claim, heir);
    return { draft: left, removal: "shared" };
  }
  if (options.removesForGood) {
    const removed = existing === undefined ? next.store : removeEntry(next.store, existing.alias);
    const emptied = forgetKept({ ...next, store: removed }, claim);
    const { kept: _, ...bare } = claim;
    return { draft: moveBack(emptied, bare, row.alias), removal: "removed" };
  }
  if (existing === undefined) {
    const current = findEntry(draft.store, row.alias);
    if (current === undefined) return giveBack(next, claim, row.alias, "gone", options);
    const [newer] = claimsOn(next.ownership, current);
    return {
      draft: newer === undefined ? letGo(next, claim) : bequeath(next, claim, newer),
      removal: "gone",
    };
  }
  if (claim.at !== row.alias.toLowerCase()) return withdrawOlder(next, claim, row.alias, existing, options);
  if (wasThereBefore(claim)) return { draft: next, removal: "left" };
  const emptied = { ...next, store: removeEntry(next.store, existing.alias) };
  const moved = moveBack(emptied, claim, row.alias);
  if (moved !== emptied) return { draft: moved, removal: "removed" };
  // With its own in place, so that what comes back stands where it stood, not at the end.
  return giveBack(claim.kept === undefined ? emptied : next, claim, row.alias, "removed", options);
}

/** An entry of which the record says nothing: its record was lost, or somebody else has taken it over. */
function unclaimed({ store, ownership }: OpenDraft, { alias, sha256 }: EntryRow): Removal {
  const entry = findEntry(store, alias);
  if (entry === undefined) return "gone";
  if (claimsOn(ownership, entry).length > 0) return fingerprintOf(entry) === sha256 ? "shared" : "gone";
  return "not-ours";
}

/** Puts back what a claim has displaced. */
async function giveBack(
  draft: OpenDraft,
  claim: IdentifiedClaim,
  alias: string,
  otherwise: Removal,
  { readOriginalStore }: WithdrawalOptions,
): Promise<Withdrawal> {
  if (claim.kept === undefined) return { draft, removal: otherwise };
  const restored = await keptEntry(draft, claim, alias, readOriginalStore);
  if (restored === undefined) {
    return { draft: { ...draft, store: removeEntry(draft.store, alias) }, removal: "not-restored" };
  }
  const store = setEntry(draft.store, restored);
  return { draft: forgetKept({ ...draft, store }, claim), removal: "restored" };
}

/** Takes out the older of two generations; what was there before it waits for the newer one to go. */
async function withdrawOlder(
  draft: OpenDraft,
  claim: IdentifiedClaim,
  alias: string,
  existing: StoreEntry,
  options: WithdrawalOptions,
): Promise<Withdrawal> {
  const emptied = { ...draft, store: removeEntry(draft.store, existing.alias) };
  const current = findEntry(draft.store, alias);
  const newer = current === undefined ? undefined : claimsOn(draft.ownership, current)[0];
  if (newer === undefined) {
    if (current !== undefined) {
      return wasThereBefore(claim)
        ? { draft, removal: "left" }
        : { draft: letGo(emptied, claim), removal: claim.kept === undefined ? "removed" : "not-restored" };
    }
    if (!wasThereBefore(claim)) return giveBack(emptied, claim, alias, "removed", options);
    return { draft: { ...draft, store: renameEntry(draft.store, existing.alias, alias) }, removal: "left" };
  }
  if (wasThereBefore(claim) && newer.kept === undefined) {
    return { draft: keepEntry(emptied, newer, { ...existing, alias }), removal: "removed" };
  }
  return { draft: bequeath(emptied, claim, newer), removal: "removed" };
}

/** The younger of the older generations takes the place of one that goes; the same draft where there is none. */
function moveBack(draft: OpenDraft, claim: IdentifiedClaim, alias: string): OpenDraft {
  const older = Object.entries(draft.ownership.claims)
    .map(([id, other]) => ({ id, ...other }))
    .filter((other) => isEntryClaim(other) && other.declaredAt === claim.declaredAt)
    .filter(({ at, content }) => at !== claim.at && holdsContent(findEntry(draft.store, at), content))
    .sort((one, other) => generationOf(other.at) - generationOf(one.at))[0];
  if (older === undefined || findEntry(draft.store, alias) !== undefined) return draft;
  // What was displaced last comes back under the alias; what was there before the older one stays beside it.
  if (claim.kept !== undefined && wasThereBefore(older)) return draft;
  const ownership = claimsAt(draft.ownership, older.at).reduce(
    (record, moved) => withClaim(record, { ...moved, at: alias.toLowerCase() }),
    draft.ownership,
  );
  const store = renameEntry(draft.store, older.at, alias);
  return bequeath({ ...draft, store, ownership }, claim, { ...older, at: alias.toLowerCase() });
}

function generationOf(alias: string): number {
  return Number(/-previous-(\d+)$/.exec(alias)?.[1] ?? 1);
}
