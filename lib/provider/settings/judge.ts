import { contentOfSetting, type IdentifiedClaim, settingClaimId } from "../../hosts";
import { type Claimant, isOursToTake, ownersOf } from "../claims/claimant";
import { type HeldSetting, standingClaims } from "./heldSettings";

/** Refusals of a setting; each throws. */
export interface SettingRefusals {
  readonly onOthers: (held: HeldSetting, owners: readonly string[]) => never;
  readonly onDrift: (held: HeldSetting) => never;
}

/** What becomes of the claims to a setting. */
export interface ClaimedSetting {
  readonly claim: IdentifiedClaim;
  /** Ids of claims that this one takes the place of. */
  readonly taken: readonly string[];
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
  const own = claims.find((claim) => claim.id === id);
  const lost = claims.filter((claim) => claim.id !== id && isOursToTake(claim, claimant));
  const others = standing.filter((claim) => claim.id !== id && !lost.includes(claim));
  const isSame = found === setting.value;
  if (!isSame && others.length > 0) return refusals.onOthers(held, ownersOf(others));

  const model = own ?? lost.find((claim) => standing.includes(claim));
  const isOurs = model !== undefined && standing.includes(model);
  if (!isSame && planned !== undefined && planned !== found && !isOurs) return refusals.onDrift(held);
  const claim: IdentifiedClaim = {
    owner: claimant.owner,
    declaredAt: claimant.declaredAt,
    kind: "setting",
    at: name,
    ...heritageOf(held, model, others),
    content: contentOfSetting(setting.value),
    id,
  };
  return { claim, taken: lost.map((one) => one.id) };
}

/** What a dropped setting leaves. */
export interface DroppedSetting {
  /** What the file should say from now on; undefined where it stays as it is. */
  readonly value?: string | null;
  /** A claim that takes over what was there before. */
  readonly heir?: IdentifiedClaim;
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
    const inherits = !removesForGood && kept !== undefined && heir.kept === undefined;
    return { isForeign: false, ...(inherits ? { heir: { ...heir, origin: "displaced", kept } } : {}) };
  }
  if (removesForGood) return { isForeign: false, value: null };
  return { isForeign: false, ...(before === undefined ? {} : { value: before }) };
}

/** What was there before a setting was ours. */
function heritageOf(
  { setting, found }: HeldSetting,
  model: IdentifiedClaim | undefined,
  others: readonly IdentifiedClaim[],
): Pick<IdentifiedClaim, "origin" | "kept"> {
  const displaced = { origin: "displaced" as const, kept: { place: "record" as const, value: found } };
  if (model !== undefined) {
    const isFirstChange = model.kept === undefined && model.origin !== "created" && found !== setting.value;
    if (isFirstChange) return displaced;
    return { origin: model.origin, ...(model.kept === undefined ? {} : { kept: model.kept }) };
  }
  if (found !== setting.value) return displaced;
  const isAdopted = others.every(({ origin }) => origin === "adopted" || origin === "imported");
  return { origin: isAdopted ? "adopted" : "created" };
}
