import type { IdentityPlan } from "../model";
import { isMade, withPinnedDefaults } from "./declaration";
import type { Lock, LockedIdentity } from "./lock";
import { recordOf } from "./requestRecord";

/**
 * Writes out what version 1 of the lock recorded as a digest, for identities that are pinned as they are
 * declared: what is declared, and what is pinned where nobody declared anything.
 */
export function recordRequests(lock: Lock, declared: readonly IdentityPlan[]): Lock {
  const recorded = declared.flatMap(({ id, request }): [string, LockedIdentity][] => {
    const pinned = lock.identities.get(id);
    if (typeof pinned?.request !== "string" || pinned.kind !== request.kind) return [];
    const pinnedRequest = isMade(request) ? withPinnedDefaults(request, pinned) : request;
    return [[id, { ...pinned, ...recordOf(pinnedRequest) }]];
  });
  return recorded.length === 0 ? lock : { ...lock, identities: new Map([...lock.identities, ...recorded]) };
}
