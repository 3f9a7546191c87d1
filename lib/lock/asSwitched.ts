import { generationOf, withGenerations } from "./generations";
import type { Lock, LockedIdentity } from "./lock";

/** The lock as it will be once all that is announced is served; undefined where nothing is announced. */
export function asSwitched(lock: Lock): Lock | undefined {
  const announced = [...lock.identities].filter(([, { rotation }]) => rotation?.phase === "announced");
  if (announced.length === 0) return undefined;
  const identities = new Map(lock.identities);
  for (const [id, identity] of announced) identities.set(id, switchedIdentity(identity));
  return { ...lock, identities };
}

function switchedIdentity(identity: LockedIdentity): LockedIdentity {
  const { rotation } = identity;
  if (rotation === undefined) return identity;
  const other = generationOf(identity);
  return withGenerations(identity, {
    current: rotation.other,
    rotation: { phase: "switched", other, wasAnnounced: true, evidence: [] },
  });
}
