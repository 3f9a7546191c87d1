import { type IdentifiedClaim, UNNAMED_OWNER } from "../../hosts";

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

/** Owners of claims, each once, for messages. */
export function ownersOf(claims: readonly IdentifiedClaim[]): string[] {
  const names = claims.map(({ owner }) =>
    owner === UNNAMED_OWNER ? `${UNNAMED_OWNER} (delivered before owners were recorded)` : owner,
  );
  return [...new Set(names)].sort();
}
