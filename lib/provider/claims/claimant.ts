import type { ClaimedThing, IdentifiedClaim } from "../../hosts";

/** Who declares something, and under which claim. */
export interface Claimant {
  /** Id of the claim, from the resource's row. */
  readonly claim: string;
  /** From the provider block; of plain HCL, the working directory and workspace. */
  readonly owner: string;
  /** Owners whose things are ours from now on. */
  readonly takeOver: readonly string[];
  /** Type of the resource, and the alias where it has one. */
  readonly declaredAt: string;
  /** Generation of the declared identity in the lock. @default - nobody said */
  readonly generation?: number;
  /** The generation that is trusted beside it, while the identity changes in phases. @default - there is none */
  readonly otherGeneration?: number;
  /** The identity that the generation counts for. @default - nobody said */
  readonly identity?: string;
  /** Whether a lower generation than the one remembered is deployed all the same. @default false */
  readonly acceptsOlder?: boolean;
}

/** What may be done with something that is there when a resource is created. */
export type Standing =
  /** Nobody has claimed it. */
  | { readonly kind: "foreign" }
  /** It is ours from an apply whose state was lost, or an owner's that we take over. */
  | { readonly kind: "ours"; readonly claims: readonly IdentifiedClaim[]; readonly isNamed: boolean }
  /** Somebody else's; `owners` names them. */
  | {
      readonly kind: "others";
      readonly claims: readonly IdentifiedClaim[];
      readonly owners: readonly string[];
    };

/** Judges who has claimed what is there. */
export function standingOf(claims: readonly IdentifiedClaim[], claimant: Claimant): Standing {
  const foreign = claims.filter((claim) => !isOursToTake(claim, claimant));
  if (foreign.length > 0) return { kind: "others", claims, owners: ownersOf(foreign) };
  if (claims.length === 0) return { kind: "foreign" };
  return { kind: "ours", claims, isNamed: claims.every(({ owner }) => claimant.takeOver.includes(owner)) };
}

/** Whether a claim is one that this claimant may replace by its own: a lost one, or a named owner's. */
export function isOursToTake(
  { owner, declaredAt }: IdentifiedClaim,
  { owner: own, takeOver, declaredAt: wanted }: Claimant,
): boolean {
  return takeOver.includes(owner) || (owner === own && declaredAt === wanted);
}

/**
 * What a claim says of the generation, and whose it is, once this claimant has delivered `content`: what is declared,
 * else what was known of the same content.
 */
export function claimedGeneration(
  claimant: Claimant,
  content: string,
  before: ClaimedThing | undefined,
): Pick<ClaimedThing, "generation" | "identity"> {
  const known = claimant.generation === undefined && before?.content === content ? before : claimant;
  const { generation, identity } = known;
  if (generation === undefined) return {};
  return { generation, ...(identity === undefined ? {} : { identity }) };
}

/** Owners of claims, each once. */
export function ownersOf(claims: readonly IdentifiedClaim[]): string[] {
  return [...new Set(claims.map(({ owner }) => owner))].sort();
}
