import { certificateOf } from "./certificates";
import type { StaleIdentity } from "./errors";
import { type Lock, type LockedIdentity, type PinnedChain, leafOf } from "./lock";

/**
 * What a lock takes back of an earlier one: a signature does not tell an old entry from a new one, a memory
 * of what was there does. A rotation may go back by a step: from switched to announced, where what was served stays
 * trusted, and from announced to steady.
 *
 * @param base the lock as it was where it is known to be right, such as on the main branch
 */
export function rolledBack(base: Lock, lock: Lock): StaleIdentity[] {
  return [...lock.identities].flatMap(([id, identity]): StaleIdentity[] => {
    const before = base.identities.get(id);
    const reason = before === undefined ? undefined : takenBack(before, identity);
    return reason === undefined ? [] : [{ id, reason }];
  });
}

function takenBack(before: LockedIdentity, now: LockedIdentity): string | undefined {
  const { generation } = now;
  if (generation > before.generation || isOneStepBack(before, now)) return undefined;
  if (generation < before.generation) {
    return `generation ${generation} takes the place of generation ${before.generation}: the lock was rolled back`;
  }
  if (!isSameCertificate(now, before)) return `generation ${generation} has another certificate than it had`;
  if (now.rotation?.phase === "switched" && before.rotation?.phase !== "switched") {
    return `generation ${now.rotation.other.generation} was retired, and is trusted again: the lock was rolled back`;
  }
  return undefined;
}

/** From switched to announced: what was served is trusted, and what was trusted is served. */
function isOneStepBack(before: LockedIdentity, now: LockedIdentity): boolean {
  const [were, are] = [before.rotation, now.rotation];
  return (
    were?.phase === "switched" &&
    are?.phase === "announced" &&
    isSameGeneration(were.other, now) &&
    isSameGeneration(before, are.other)
  );
}

function isSameGeneration(one: PinnedChain, other: PinnedChain): boolean {
  return one.generation === other.generation && isSameCertificate(one, other);
}

function isSameCertificate(one: PinnedChain, other: PinnedChain): boolean {
  return certificateOf(leafOf(one)).sha256 === certificateOf(leafOf(other)).sha256;
}
