import { claimsOf, type IdentifiedClaim, type OwnershipRecord } from "../../hosts";
import type { StoreEntry } from "../../keystore";
import { holdsContent } from "./content";

/** Claims to entries under an alias, compared as Java does, whatever is there. */
export function claimsAt(ownership: OwnershipRecord, alias: string): IdentifiedClaim[] {
  const at = alias.toLowerCase();
  return claimsOf(ownership).filter((claim) => claim.at === at && isEntryClaim(claim));
}

/** Claims to exactly this entry: an entry that holds something else than was claimed is somebody else's. */
export function claimsOn(ownership: OwnershipRecord, entry: StoreEntry): IdentifiedClaim[] {
  return claimsAt(ownership, entry.alias).filter(({ content }) => holdsContent(entry, content));
}

/** Whether a claim is to an entry of a store. */
export function isEntryClaim({ kind }: Pick<IdentifiedClaim, "kind">): boolean {
  return kind === "key" || kind === "anchor";
}
