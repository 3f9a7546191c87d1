import { LockError, type StaleIdentity } from "../errors";
import type { LockedIdentity } from "../lock";

const NAMED = 5;

/** An id that the lock does not hold. */
export function unknownIdentity(id: string, known: Iterable<string>): LockError {
  return new LockError(
    "unknown-identity",
    `the lock holds no identity "${id}"; there are: ${shortList([...known].sort(), 20) || "none"}`,
  );
}

/** An identity that has no next generation, or not in the way that was asked for. */
export function cannotRotate(id: string, problem: string): LockError {
  return new LockError("cannot-rotate", `identity "${id}": ${problem}`);
}

/** A rotation that is under way already. */
export function alreadyRotating(id: string, { rotation }: LockedIdentity, headId: string): LockError {
  const part = headId === id ? "" : `, as a part of the rotation of "${headId}"`;
  return new LockError(
    "in-rotation",
    `identity "${id}" is ${rotation?.phase ?? "steady"} already${part}; ${waysOn(headId)}`,
  );
}

/** An identity whose issuer changes in steps. */
export function belowRotation(id: string, headId: string): LockError {
  return new LockError(
    "in-rotation",
    `identity "${id}" was issued by an authority in rotation ("${headId}"); ${waysOn(headId)}`,
  );
}

/** Identities below the one that is to be rotated, or revoked, that change on their own. */
export function membersRotating(id: string, members: readonly string[]): LockError {
  return new LockError(
    "in-rotation",
    `identity "${id}" issued ${quoted(members)}, which ${members.length === 1 ? "is" : "are"} in rotation; ` +
      waysOn(members[0] ?? id),
  );
}

/** Identities that nothing re-issues while they change in steps. */
export function heldByRotation(held: readonly StaleIdentity[]): LockError {
  return new LockError(
    "in-rotation",
    `nothing was pinned, because of identities in rotation:\n${held.map(({ id, reason }) => `  ${id}: ${reason}`).join("\n")}`,
  );
}

/** A step of a rotation that is not under way. */
export function notRotating(id: string, step: string): LockError {
  return new LockError(
    "not-in-rotation",
    `identity "${id}" is steady, so there is nothing to ${step}; \`cdktf-trust rotate ${id}\` announces its next generation`,
  );
}

/** A step for a member that its head takes for all. */
export function partOfRotation(id: string, headId: string): LockError {
  return new LockError(
    "in-rotation",
    `identity "${id}" moves as a part of the rotation of "${headId}"; name that one: ${waysOn(headId)}`,
  );
}

/** A step that does not come next. */
export function otherPhase(id: string, { rotation }: LockedIdentity, step: string): LockError {
  return new LockError(
    "other-phase",
    `identity "${id}" is ${rotation?.phase ?? "steady"}, and only one that is not can be ${step}; ${waysOn(id)}`,
  );
}

/** Identities that the step would leave without their issuer. */
export function leftBehind(id: string, ids: readonly string[], remedy: string): LockError {
  return new LockError(
    "left-behind",
    `identity "${id}" issued ${quoted(ids)}, not in its rotation; ${remedy}`,
  );
}

/** The ways out of a rotation, for people. */
export function waysOn(headId: string): string {
  return `go on with \`cdktf-trust rotate ${headId} --advance\`, or back with \`cdktf-trust rotate ${headId} --back\``;
}

function quoted(ids: readonly string[]): string {
  return shortList(
    ids.map((id) => `"${id}"`),
    NAMED,
  );
}

function shortList(items: readonly string[], limit: number): string {
  const more = items.length - limit;
  return items.slice(0, limit).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
