import {
  claimsOf,
  contentOfStore,
  type IdentifiedClaim,
  type OwnershipRecord,
  withClaim,
  withoutClaims,
} from "../../hosts";
import { ownedByOthers, storeMissing, storeVanished } from "../errors";
import { type Claimant, isOursToTake, ownersOf } from "./claimant";

/** Claims a store, in the place of claims of ours that no state knows. */
export function claimStore(
  ownership: OwnershipRecord,
  claimant: Claimant,
  profile: string,
  alone: "adopted" | "imported" = "adopted",
): OwnershipRecord {
  const lost = claimsOf(ownership).filter(
    (claim) => claim.kind === "store" && isOursToTake(claim, claimant) && claim.id !== claimant.claim,
  );
  const record = withoutClaims(
    ownership,
    lost.map(({ id }) => id),
  );
  const { owner, declaredAt, claim: id } = claimant;
  return withClaim(record, {
    id,
    owner,
    declaredAt,
    kind: "store",
    at: "",
    content: contentOfStore(profile),
    origin: ownership.created ? "created" : alone,
  });
}

/** Store claims of owners that we do not take over from; version 1 did not say what they agreed on. */
function strangersOf(ownership: OwnershipRecord, claimant: Claimant): IdentifiedClaim[] {
  return claimsOf(ownership).filter(
    (claim) =>
      claim.kind === "store" &&
      claim.id !== claimant.claim &&
      claim.content !== "" &&
      !isOursToTake(claim, claimant),
  );
}

/** Stacks that share a store agree on its profile. */
export function requireAgreement(
  path: string,
  ownership: OwnershipRecord,
  profile: string,
  claimant: Claimant,
): void {
  const others = strangersOf(ownership, claimant).filter(
    ({ content }) => content !== contentOfStore(profile),
  );
  if (others.length > 0)
    throw ownedByOthers(path, `a store in another profile than ${profile}`, ownersOf(others));
}

/** Refuses to make a store that a product should have brought. */
export function requireCreatable(path: string, ownership: OwnershipRecord, ifMissing: string): void {
  if (ifMissing === "fail") throw storeMissing(path);
  if (claimsOf(ownership).length > 0 && !ownership.created) throw storeVanished(path);
}

/** Whether the record beside a store that is gone is all that a destroy left which was killed. */
export function isEndedHalfway(ownership: OwnershipRecord, claim: string): boolean {
  return ownership.created && claimsOf(ownership).every(({ id }) => id === claim);
}
