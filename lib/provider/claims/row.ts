import { providerConfiguration } from "../configuration";
import { oneOf } from "../location";
import { computed, defaulted, isKnown, Unknown } from "../protocol";
import { newClaim } from "../run";
import type { Claimant } from "./claimant";
import { UNKNOWN_GENERATION, UNKNOWN_IDENTITY } from "./generation";

/** Attributes of every resource that claims something on a host. */
export const claimAttributes = {
  claim: computed.string("Id of the claim in the record on the host: random, and known to this state only."),
  owner: computed.string("Whose it is: the owner that the provider block named when it was created."),
  content: computed.string("SHA-256 of what is there, by which a change of it is seen."),
  on_destroy: defaulted.string(
    "restore",
    "What a destroy leaves: what was there before (`restore`), or nothing under any circumstances (`remove`).",
  ),
};

/** Checks for `checkEach` of the attributes above. */
export const claimChecks = { on_destroy: oneOf(["restore", "remove"]) };

/** What a row says of its claim. */
export interface ClaimRow {
  readonly claim: string;
  readonly owner: string;
  readonly content: string;
  readonly on_destroy: string;
}

/** What a planned row says of its claim. */
export type PlannedClaim = { readonly [K in keyof ClaimRow]: ClaimRow[K] | Unknown };

/** The row's part that a claim makes. */
export function claimedRow(planned: PlannedClaim, content: string): ClaimRow {
  return {
    claim: isKnown(planned.claim) ? planned.claim : newClaim(),
    owner: isKnown(planned.owner) ? planned.owner : providerConfiguration().owner,
    content: isKnown(planned.content) ? planned.content : content,
    on_destroy: isKnown(planned.on_destroy) ? planned.on_destroy : "restore",
  };
}

/** The part of a row that `terraform import` starts with. */
export function importedRow(): ClaimRow {
  const { owner } = providerConfiguration();
  return { claim: newClaim(), owner, content: "", on_destroy: "restore" };
}

/** The part of a row of version 0, which had no claims: the record of that version is read under the same id. */
export function upgradedRow(claim: string): ClaimRow {
  return { claim, owner: "", content: "", on_destroy: "restore" };
}

/** What a resource declares beside its content. */
export interface DeclaredThing {
  readonly alias?: string;
  readonly generation?: number | Unknown;
  readonly other_generation?: number | Unknown;
  readonly identity?: string | Unknown;
}

/** Who declares a resource in this process. */
export function claimantOf(
  typeName: string,
  claim: string,
  {
    alias,
    generation = UNKNOWN_GENERATION,
    other_generation: otherGeneration = UNKNOWN_GENERATION,
    identity = UNKNOWN_IDENTITY,
  }: DeclaredThing = {},
): Claimant {
  const { owner, takeOver, acceptsOlderGenerations: acceptsOlder } = providerConfiguration();
  const declaredAt = alias === undefined ? typeName : `${typeName} ${alias.toLowerCase()}`;
  const claimant = { claim, owner, takeOver, declaredAt, acceptsOlder };
  if (!isKnown(generation) || generation === UNKNOWN_GENERATION) return claimant;
  const isNamed = isKnown(identity) && identity !== UNKNOWN_IDENTITY;
  const isBeside = isKnown(otherGeneration) && otherGeneration !== UNKNOWN_GENERATION;
  return {
    ...claimant,
    generation,
    ...(isBeside ? { otherGeneration } : {}),
    ...(isNamed ? { identity } : {}),
  };
}

/** Whose a refreshed row is: one of version 0 says so for the first time, and one that is taken over anew. */
export function refreshedOwner({ owner }: ClaimRow): string {
  const configuration = providerConfiguration();
  return owner === "" || configuration.takeOver.includes(owner) ? configuration.owner : owner;
}

/**
 * The content a plan can promise: what will be delivered where that is known, else what is there as long as the
 * declaration is the same. A row that was never refreshed says nothing, and goes on saying nothing.
 */
export function plannedContent(
  prior: ClaimRow | undefined,
  delivered: string | undefined,
  isSameDeclaration: boolean,
): string | Unknown {
  if (prior !== undefined && isSameDeclaration && (prior.content === "" || delivered === undefined)) {
    return prior.content;
  }
  return delivered ?? Unknown.value;
}
