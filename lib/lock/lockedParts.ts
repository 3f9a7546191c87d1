import type { Lock, LockedIdentity, PendingRequest, WaitingIdentity } from "./lock";

/** What a lock holds of one identity. */
export type LockedPart = LockedIdentity | WaitingIdentity;

/** All that a lock holds of identities, by their ids: what is signed, and merged, as one part each. */
export function lockedParts({
  identities,
  waiting,
}: Pick<Lock, "identities" | "waiting">): ReadonlyMap<string, LockedPart> {
  return waiting === undefined ? identities : new Map<string, LockedPart>([...waiting, ...identities]);
}

/** The same parts again, those that wait for their first certificate apart. */
export function partedIdentities(
  parts: ReadonlyMap<string, LockedPart>,
): Pick<Lock, "identities" | "waiting"> {
  const identities = new Map<string, LockedIdentity>();
  const waiting = new Map<string, WaitingIdentity>();
  for (const [id, part] of parts) {
    if ("chain" in part) identities.set(id, part);
    else waiting.set(id, part);
  }
  return { identities, ...(waiting.size === 0 ? {} : { waiting }) };
}

/** The lock with other identities, and none waiting where none do. */
export function withParts(lock: Lock, parts: ReadonlyMap<string, LockedPart>): Lock {
  const { waiting: _, ...others } = lock;
  return { ...others, ...partedIdentities(parts) };
}

/** What an identity waits for; undefined where it waits for nothing. */
export function requestOf(lock: Lock, identityId: string): PendingRequest | undefined {
  return lockedParts(lock).get(identityId)?.requested;
}

/** By identity id: every request that waits for its certificate, in the order of the ids. */
export function pendingRequests(lock: Lock): ReadonlyMap<string, PendingRequest> {
  const pending = [...lockedParts(lock)].flatMap(([id, { requested }]): [string, PendingRequest][] =>
    requested === undefined ? [] : [[id, requested]],
  );
  return new Map(pending.sort(([a], [b]) => (a < b ? -1 : 1)));
}
