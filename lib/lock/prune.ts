import { type TrustPlan, placeOf } from "../model";
import type { Lock } from "./lock";
import { type LockedPart, lockedParts, withParts } from "./lockedParts";
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
  const requested = new Set(
    plans.flatMap(({ identities }) =>
      identities.flatMap(({ id, request }) => (request.kind === "requested" ? [id] : [])),
    ),
  );
  const places = new Set(
    plans.flatMap(({ stores }) => stores.map(({ hostId, path }) => placeOf(hostId, path))),
  );
  const parts = [...lockedParts(lock)];
  const removed = parts.filter(([id]) => !declared.has(id));
  const withdrawn = parts.filter(
    ([id, part]) => part.requested !== undefined && declared.has(id) && !requested.has(id),
  );
  const unseen = [...lock.observations.keys()].filter((place) => !places.has(place));
  if (removed.length + withdrawn.length + unseen.length === 0) return { lock, changes: [] };
  const kept = parts.flatMap(([id, part]): [string, LockedPart][] => {
    if (!declared.has(id)) return [];
    if (part.requested === undefined || requested.has(id)) return [[id, part]];
    const { requested: _, ...pinned } = part;
    return "chain" in pinned ? [[id, pinned]] : [];
  });
  return {
    lock: withParts({ ...lock, observations: without(lock.observations, new Set(unseen)) }, new Map(kept)),
    changes: [
      ...removed.map(([id, part]) => removal(id, part, "no stack declares it any more")),
      ...withdrawn.map(([id, part]) => removal(id, part, "its certificate is requested no more")),
    ],
  };
}

function removal(id: string, part: LockedPart, reason: string): PinChange {
  const generation = "chain" in part ? part.generation : part.requested.generation;
  return { id, action: "removed", generation, reason };
}

function without<Item>(items: ReadonlyMap<string, Item>, keys: ReadonlySet<string>): Map<string, Item> {
  return new Map([...items].filter(([key]) => !keys.has(key)));
}
