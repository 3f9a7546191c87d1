import type { PinnedIdentity, TrustPlan } from "../../model";

/** An identity on its way from one generation to the next. */
export interface Rotation {
  readonly identityId: string;
  /** How far it is. */
  readonly phase: string;
}

/** What a plan says of identities that are replaced in phases; plans from before have none. */
interface Phased extends PinnedIdentity {
  readonly phase?: string;
}

/** The identities of a plan that are being replaced. */
export function rotationsOf({ identities }: TrustPlan): readonly Rotation[] {
  return identities.flatMap((identity) => {
    const pinned: Phased | undefined = identity.pinned;
    return pinned?.phase === undefined ? [] : [{ identityId: identity.id, phase: pinned.phase }];
  });
}
