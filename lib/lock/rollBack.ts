import { certificateOf } from "./certificates";
import type { StaleIdentity } from "./errors";
import { type Lock, leafOf } from "./lock";

/**
 * What a lock takes back of an earlier one: a signature does not tell an old entry from a new one, a memory
 * of what was there does.
 *
 * @param base the lock as it was where it is known to be right, such as on the main branch
 */
export function rolledBack(base: Lock, lock: Lock): StaleIdentity[] {
  const unpinned = [...(lock.waiting?.keys() ?? [])].flatMap((id): StaleIdentity[] => {
    const before = base.identities.get(id);
    if (before === undefined) return [];
    const reason = `a request takes the place of generation ${before.generation}: the lock was rolled back`;
    return [{ id, reason }];
  });
  const others = [...lock.identities].flatMap(([id, { generation, chain }]): StaleIdentity[] => {
    const before = base.identities.get(id);
    if (before === undefined || generation > before.generation) return [];
    if (generation < before.generation) {
      const reason = `generation ${generation} takes the place of generation ${before.generation}`;
      return [{ id, reason: `${reason}: the lock was rolled back` }];
    }
    const same = fingerprintOf({ generation, chain }) === fingerprintOf(before);
    return same ? [] : [{ id, reason: `generation ${generation} has another certificate than it had` }];
  });
  return [...unpinned, ...others];
}

function fingerprintOf(pinned: Parameters<typeof leafOf>[0]): string {
  return certificateOf(leafOf(pinned)).sha256;
}
