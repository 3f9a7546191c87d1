import type { RotationPhase, TrustPlan } from "../../model";

/** An identity on its way from one generation to the next. */
export interface Rotation {
  readonly identityId: string;
  /** How far it is. */
  readonly phase: RotationPhase;
}

/** The identities of a plan that are being replaced in steps. */
export function rotationsOf({ identities }: TrustPlan): readonly Rotation[] {
  return identities.flatMap(({ id, pinned }) =>
    pinned?.rotation === undefined ? [] : [{ identityId: id, phase: pinned.rotation.phase }],
  );
}
