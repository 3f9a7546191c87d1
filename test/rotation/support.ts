import { type Evidence, type Lock, type LockedIdentity } from "../../lib/lock";
import type { RotationPhase, TrustPlan } from "../../lib/model";
import { newLock, pin } from "../lock/support";

/** A lock in which identities of a plan are in rotation, in a phase. */
export function rotating(
  plan: TrustPlan,
  identityIds: readonly string[],
  phase: RotationPhase,
  evidence: readonly Evidence[] = [],
): Lock {
  const { open, lock: first } = pin(plan.identities, newLock());
  const { lock: second } = pin(plan.identities, open, { renew: new Set(identityIds) });
  const identities = new Map(
    [...second.identities].map(([id, newer]): [string, LockedIdentity] => {
      const older = first.identities.get(id);
      if (older === undefined || older.generation === newer.generation) return [id, newer];
      const [current, other] = phase === "announced" ? [older, newer] : [newer, older];
      const { previous: _, ...kept } = current;
      return [id, { ...kept, rotation: { phase, other, evidence } }];
    }),
  );
  return { ...second, identities };
}
