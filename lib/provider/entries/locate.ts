import { findClaim } from "../../hosts";
import { findEntry, type StoreEntry } from "../../keystore";
import type { StoreDraft } from "../storeDraft";
import { claimsOn } from "./claimsOn";
import { type DeclaredEntry, fingerprintOf, holdsContent } from "./content";

/** What a resource's row says of its entry. */
export interface EntryRow {
  readonly claim: string;
  readonly alias: string;
  /** Fingerprint of the certificate. */
  readonly sha256: string;
}

/** What a resource stands for in its store. */
export type Located =
  | { readonly kind: "found"; readonly entry: DeclaredEntry }
  /** It was taken out by hand; what it had displaced is still to be put back. */
  | { readonly kind: "taken-out" }
  | { readonly kind: "gone" };

/**
 * Finds what a resource stands for. Something that nobody has claimed in its place is given as it is, so that
 * a plan shows it; what others have claimed is theirs, and the resource's own is gone.
 */
export function locateEntry(
  { store, ownership }: StoreDraft,
  kind: DeclaredEntry["kind"],
  row: EntryRow,
): Located {
  if (store === undefined) return { kind: "gone" };
  const claim = findClaim(ownership, row.claim);
  const entry = findEntry(store, claim?.at ?? row.alias);
  if (entry === undefined) return { kind: claim?.kept === undefined ? "gone" : "taken-out" };
  if (!isOfKind(entry, kind)) return { kind: "gone" };
  const isOurs =
    claim === undefined ? fingerprintOf(entry) === row.sha256 : holdsContent(entry, claim.content);
  if (isOurs || claimsOn(ownership, entry).length === 0) return { kind: "found", entry };
  return { kind: "gone" };
}

function isOfKind(entry: StoreEntry, kind: DeclaredEntry["kind"]): entry is DeclaredEntry {
  return entry.kind === kind;
}
