import { contentOfSetting, type IdentifiedClaim, settingClaimId } from "../../hosts";
import type { ConfigSetting } from "../../model";
import { type Claimant, isOursToTake, ownersOf } from "../claims/claimant";
import { type HeldSetting, standingClaims } from "./heldSettings";

/** Refusals of a setting; each throws. */
export interface SettingRefusals {
  readonly onOthers: (held: HeldSetting, owners: readonly string[]) => never;
  readonly onDrift: (held: HeldSetting) => never;
  readonly onForeign: (held: HeldSetting) => never;
}

/** What becomes of the claims to a setting. */
export interface ClaimedSetting {
  readonly claim: IdentifiedClaim;
  /** Ids of claims that this one takes the place of. */
  readonly taken: readonly string[];
  /** Other claims, without what they had displaced before a person wrote what is displaced now. */
  readonly outdated: readonly IdentifiedClaim[];
}

/**
 * Decides whether a declared value may be set, and what is put back once it is declared no more.
 *
 * @param planned - the value that the plan of an update said would be replaced; undefined for a new setting
 */
export function judgeSetting(
  held: HeldSetting,
  claimant: Claimant,
  planned: string | null | undefined,
  refusals: SettingRefusals,
): ClaimedSetting {
  const { setting, name, found, claims } = held;
  const id = settingClaimId(claimant.claim, name);
  const standing = standingClaims(held);
  const lost = claims.filter((claim) => claim.id !== id && isOursToTake(claim, claimant));
  const others = standing.filter((claim) => claim.id !== id && !lost.includes(claim));
  const isSame = found === setting.value;
  if (!isSame && others.length > 0) return refusals.onOthers(held, ownersOf(others));

  const model = standing.find((claim) => claim.id === id) ?? lost.find((claim) => standing.includes(claim));
  if (!isSame && planned !== undefined && planned !== found && model === undefined) {
    return refusals.onDrift(held);
  }
  if (!isSame && found !== null && model === undefined && refusesForeign(setting)) {
    return refusals.onForeign(held);
  }
  const heritage = heritageOf(held, model, others);
  const claim: IdentifiedClaim = {
    owner: claimant.owner,
    declaredAt: claimant.declaredAt,
    kind: "setting",
    at: name,
    ...heritage,
    content: contentOfSetting(setting.value),
    id,
  };
  const stale = claims.filter((one) => one.id !== id && !lost.includes(one) && !standing.includes(one));
  const isDisplacing = !isSame && (model === undefined || wasThereBefore(model));
  const outdated = isDisplacing ? stale.map(withoutPast) : [];
  return { claim, taken: lost.map((one) => one.id), outdated };
}

/** What a dropped setting leaves. */
export interface DroppedSetting {
  /** What the file should say from now on; undefined where it stays as it is. */
  readonly value?: string | null;
  /** A claim that takes over what was there before. */
  readonly heir?: IdentifiedClaim;
  /** Other claims to the very value that is put back: from then on it was there before them. */
  readonly adopted?: readonly IdentifiedClaim[];
  /** Somebody has changed it since. */
  readonly isForeign: boolean;
}

/** Decides what a setting becomes that is declared no more. */
export function judgeDroppedSetting(
  held: HeldSetting,
  claim: string,
  removesForGood: boolean,
): DroppedSetting {
  const id = settingClaimId(claim, held.name);
  const own = held.claims.find((one) => one.id === id);
  if (own === undefined) return { isForeign: false };
  const before = own.kept?.place === "record" ? own.kept.value : undefined;
  const standing = standingClaims(held);
  if (!standing.includes(own)) return { isForeign: held.found !== before };
  const [heir] = standing.filter((one) => one !== own);
  if (heir !== undefined) {
    const { kept } = own;
    const hasPast = heir.kept !== undefined || wasThereBefore(heir);
    const inherits = !removesForGood && kept !== undefined && !hasPast;
    return { isForeign: false, ...(inherits ? { heir: { ...heir, origin: "displaced", kept } } : {}) };
  }
  // What was there before one that others had made first is nowhere to be found any more.
  const value = removesForGood || own.origin === "created" ? null : before;
  if (value === undefined) return { isForeign: false };
  const content = contentOfSetting(value);
  const adopted = held.claims
    .filter((one) => one !== own && one.content === content)
    .map((one): IdentifiedClaim => ({ ...withoutPast(one), origin: "adopted" }));
  return { isForeign: false, value, adopted };
}

function refusesForeign(setting: ConfigSetting): boolean {
  return setting.kind === "property" && setting.onForeign === "refuse";
}

/** What was there before a setting was ours; `model` is a claim of ours that holds. */
function heritageOf(
  { setting, found }: HeldSetting,
  model: IdentifiedClaim | undefined,
  others: readonly IdentifiedClaim[],
): Pick<IdentifiedClaim, "origin" | "kept"> {
  const displaced = { origin: "displaced" as const, kept: { place: "record" as const, value: found } };
  if (model !== undefined) {
    if (wasThereBefore(model) && found !== setting.value) return displaced;
    return { origin: model.origin, ...(model.kept === undefined ? {} : { kept: model.kept }) };
  }
  if (found !== setting.value) return displaced;
  return { origin: others.every(wasThereBefore) ? "adopted" : "created" };
}

function withoutPast(claim: IdentifiedClaim): IdentifiedClaim {
  const { kept: _, ...bare } = claim;
  return { ...bare, origin: "created" };
}

function wasThereBefore({ origin }: IdentifiedClaim): boolean {
  return origin === "adopted" || origin === "imported";
}
