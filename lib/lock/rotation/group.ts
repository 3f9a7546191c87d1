import { isIssuedBy, lockedIssuerId } from "../issuedBy";
import type { Lock, LockedIdentity } from "../lock";
import { unknownIdentity } from "./errors";

/**
 * An identity and all that it issued, at any depth, in the same phase: they move together. The identity first, and
 * issuers before what they issue.
 *
 * @throws LockError `unknown-identity`
 */
export function rotationGroup(lock: Lock, headId: string): string[] {
  const phase = lockedIdentity(lock, headId).rotation?.phase;
  return below(lock, headId, (member) => member.rotation?.phase === phase);
}

/** The identity that is rotated where this one changes with it; itself, or undefined where it is steady. */
export function headOf(lock: Lock, id: string): string | undefined {
  const identity = lock.identities.get(id);
  if (identity?.rotation === undefined) return undefined;
  const issuerId = lockedIssuerId(lock, identity);
  const issuer = issuerId === undefined ? undefined : lock.identities.get(issuerId);
  if (issuerId === undefined || issuer?.rotation?.phase !== identity.rotation.phase) return id;
  return headOf(lock, issuerId);
}

/** All that an identity issued, at any depth, issuers before what they issue. */
export function descendantsOf(lock: Lock, id: string): string[] {
  return below(lock, id, () => true).slice(1);
}

/** Identities outside a group whose issuer is in it and has become another: they would not chain up any more. */
export function leftBehindBy(after: Lock, group: readonly string[]): string[] {
  const members = new Set(group);
  return [...after.identities].flatMap(([id, identity]) => {
    const issuerId = members.has(id) ? undefined : lockedIssuerId(after, identity);
    const issuer =
      issuerId !== undefined && members.has(issuerId) ? after.identities.get(issuerId) : undefined;
    return issuer === undefined || isIssuedBy(identity, issuer) ? [] : [id];
  });
}

/** @throws LockError `unknown-identity` */
export function lockedIdentity({ identities }: Pick<Lock, "identities">, id: string): LockedIdentity {
  const identity = identities.get(id);
  if (identity === undefined) throw unknownIdentity(id, identities.keys());
  return identity;
}

function below(lock: Lock, id: string, isMember: (identity: LockedIdentity) => boolean): string[] {
  const issued = new Map<string, string[]>();
  for (const [memberId, identity] of lock.identities) {
    const issuerId = isMember(identity) ? lockedIssuerId(lock, identity) : undefined;
    if (issuerId !== undefined) issued.set(issuerId, [...(issued.get(issuerId) ?? []), memberId]);
  }
  const found = new Set([id]);
  // A set hands out what is added to it while it is walked.
  for (const each of found) for (const memberId of issued.get(each) ?? []) found.add(memberId);
  return [...found];
}
