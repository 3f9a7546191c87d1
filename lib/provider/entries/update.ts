import { findClaim, type IdentifiedClaim, withClaim } from "../../hosts";
import { setEntry, type StoreEntry } from "../../keystore";
import { type Claimant, claimedGeneration } from "../claims/claimant";
import type { OpenDraft } from "../storeDraft";
import { claimsAt } from "./claimsOn";
import { contentOf, type DeclaredEntry, holdsContent } from "./content";
import { judgeUpdate, type PlannedFrom, type Wanted } from "./judge";
import { keepEntry, letGo, letGoOfOutdated, wasThereBefore } from "./keep";
import { newClaim, type PlacementRefusals, share, supersede } from "./place";

/** Refusals of an update. */
export interface UpdateRefusals extends Pick<PlacementRefusals, "onForeign"> {
  /** Called where the store holds something that the plan did not show. */
  readonly onDrift: (existing: StoreEntry | undefined) => never;
  /** Called where other owners have claimed the same content. */
  readonly onShared: (owners: readonly string[]) => never;
}

/**
 * Puts an entry in the place of the one that the plan showed.
 *
 * Where the wanted one is there already it is done, so that it converges after a run that was killed.
 */
export function updateEntry(
  draft: OpenDraft,
  entry: DeclaredEntry,
  claimant: Claimant,
  from: PlannedFrom,
  options: UpdateRefusals & Pick<Wanted, "isSame">,
): OpenDraft {
  const wanted = {
    kind: entry.kind,
    alias: entry.alias,
    isSame: options.isSame,
    ...(entry.kind === "identity" ? { chain: entry.chain } : {}),
  };
  const judgement = judgeUpdate(draft, wanted, claimant, from);
  const claim = findClaim(draft.ownership, claimant.claim);
  switch (judgement.kind) {
    case "free":
    case "altered":
      return replace(draft, entry, claim, claimant);
    case "same":
      return claim !== undefined && holdsContent(judgement.existing, claim.content)
        ? { ...draft, ownership: withClaim(draft.ownership, renewed(claim, claimant, entry)) }
        : // Somebody has put it there; it is adopted as if it had been there before.
          share(
            claim === undefined ? draft : letGo(draft, claim),
            judgement.existing,
            claimant,
            judgement.claims,
          );
    case "ours": {
      const placed = replace(draft, entry, claim, claimant);
      const freed = supersede(placed, judgement.taken, renewed(claim, claimant, entry));
      return claim !== undefined && wasThereBefore(claim)
        ? keepEntry(freed, renewed(claim, claimant, entry), judgement.existing)
        : freed;
    }
    case "foreign": {
      // A key that somebody renewed by hand cannot be made again; a certificate was in the plan to be seen.
      if (judgement.existing.kind !== "anchor") options.onForeign(judgement.existing);
      const outdated = letGoOfOutdated(draft, claimsAt(draft.ownership, judgement.existing.alias));
      const current = findClaim(outdated.ownership, claimant.claim);
      const placed = replace(outdated, entry, current, claimant);
      return keepEntry(placed, renewed(current, claimant, entry), judgement.existing);
    }
    case "shared":
      return options.onShared(judgement.owners);
    case "drift":
      return options.onDrift(judgement.existing);
    default:
      return judgement satisfies never;
  }
}

function replace(
  draft: OpenDraft,
  entry: DeclaredEntry,
  claim: IdentifiedClaim | undefined,
  claimant: Claimant,
): OpenDraft {
  const isElsewhere = claim !== undefined && claim.at !== entry.alias.toLowerCase();
  return {
    ...draft,
    store: setEntry(draft.store, isElsewhere ? { ...entry, alias: claim.at } : entry),
    ownership: withClaim(draft.ownership, renewed(claim, claimant, entry)),
  };
}

function renewed(
  claim: IdentifiedClaim | undefined,
  claimant: Claimant,
  entry: DeclaredEntry,
): IdentifiedClaim {
  if (claim === undefined) return newClaim(claimant, entry);
  const { generation: _, identity: __, ...rest } = claim;
  const content = contentOf(entry);
  return { ...rest, owner: claimant.owner, content, ...claimedGeneration(claimant, content, claim) };
}
