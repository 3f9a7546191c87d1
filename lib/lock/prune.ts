import { type TrustPlan, placeOf } from "../model";
import type { Lock } from "./lock";
import type { PinChange } from "./pinChange";

/**
 * Removes what no plan declares any more. Only with the plans of all stacks of the environment at hand:
 * a stack's synth cannot know what the others declare.
 */
export function pruneLock(
  lock: Lock,
  plans: readonly Pick<TrustPlan, "identities" | "stores">[],
): { lock: Lock; changes: PinChange[] } {
  const declared = new Set(plans.flatMap(({ identities }) => identities.map(({ id }) => id)));
  const places = new Set(
    plans.flatMap(({ stores }) => stores.map(({ hostId, path }) => placeOf(hostId, path))),
  );
  const removed = [...lock.identities].filter(([id]) => !declared.has(id));
  const unseen = [...lock.observations.keys()].filter((place) => !places.has(place));
  if (removed.length === 0 && unseen.length === 0) return { lock, changes: [] };
  return {
    lock: {
      ...lock,
      identities: without(lock.identities, new Set(removed.map(([id]) => id))),
      observations: without(lock.observations, new Set(unseen)),
    },
    changes: removed.map(([id, { generation }]) => ({
      id,
      action: "removed",
      generation,
      reason: "no stack declares it any more",
    })),
  };
}

function without<Item>(items: ReadonlyMap<string, Item>, keys: ReadonlySet<string>): Map<string, Item> {
  return new Map([...items].filter(([key]) => !keys.has(key)));
}
