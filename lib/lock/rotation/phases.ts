import { type Generations, generationOf, withGenerations, withoutKey } from "../generations";
import { withoutCrossCertificate } from "../issuedBy";
import type { Lock, LockedIdentity, Rotation } from "../lock";
import type { PinChange } from "../pinChange";
import { leftBehind, notRotating, otherPhase, partOfRotation } from "./errors";
import { headOf, leftBehindBy, lockedIdentity, rotationGroup } from "./group";

/** A lock after a step of a rotation; it still has to be signed. */
export interface RotationStep {
  readonly lock: Lock;
  readonly changes: readonly PinChange[];
}

/**
 * Announced → switched: the next generations are current, and the former ones stay trusted, with their keys. What was
 * known of those who trust is done with: evidence begins anew, of those who present. Whether all that rely on the group
 * trust what comes is the caller's to know.
 *
 * @throws LockError `unknown-identity`, `not-in-rotation`, `in-rotation` for a member that is not the head, `other-phase`,
 *   `left-behind` where something below it has no next generation
 */
export function switchOver(lock: Lock, headId: string): RotationStep {
  const { phase } = rotationOf(lock, headId, "switch over");
  if (phase !== "announced") throw otherPhase(headId, lockedIdentity(lock, headId), "switched");
  return step(lock, headId, {
    action: "switched",
    generationsOf: (identity, { other }) => ({
      current: other,
      rotation: { phase: "switched", other: generationOf(identity), wasAnnounced: true, evidence: [] },
    }),
    reasonOf: (before) =>
      `generation ${before.generation} gives way to it, and stays trusted until it is retired`,
    remedy: "`cdktf-trust lock` takes them in",
  });
}

/**
 * Switched → steady: nothing trusts the former generations any more, and their keys are dropped, as are certificates
 * that cross-sign the root. Whether all of the group is served anew is the caller's to know.
 *
 * @throws LockError as `switchOver`
 */
export function retire(lock: Lock, headId: string): RotationStep {
  const { phase } = rotationOf(lock, headId, "retire");
  if (phase !== "switched") throw otherPhase(headId, lockedIdentity(lock, headId), "retired");
  return step(lock, headId, {
    action: "retired",
    generationsOf: (identity, { other }) => ({
      current: withoutCrossCertificate(generationOf(identity)),
      previous: withoutKey(other),
    }),
    reasonOf: (_, { other }) => `generation ${other.generation} is neither served nor trusted any more`,
    remedy: "`cdktf-trust lock` takes them in",
  });
}

/**
 * One step back. Switched → announced: the former generations are served again, and the others still trusted, with the
 * numbers that they have. Announced → steady: the next generations are dropped, with their keys.
 *
 * @throws LockError `unknown-identity`, `not-in-rotation`, `in-rotation` for a member that is not the head, `left-behind`
 *   where something below it was issued by the generation that goes
 */
export function goBack(lock: Lock, headId: string): RotationStep {
  const { phase } = rotationOf(lock, headId, "take back");
  const isSwitched = phase === "switched";
  return step(lock, headId, {
    action: "taken back",
    generationsOf: (identity, { other }) =>
      isSwitched
        ? {
            current: other,
            rotation: { phase: "announced", other: generationOf(identity), evidence: [] },
          }
        : {
            current: generationOf(identity),
            ...(identity.previous === undefined ? {} : { previous: identity.previous }),
          },
    reasonOf: (before, { other }) =>
      isSwitched
        ? `generation ${before.generation} is not served any more, and stays trusted`
        : `generation ${other.generation} was announced, and is dropped`,
    remedy: `they would lose their issuer: go on with \`cdktf-trust rotate ${headId} --advance\``,
  });
}

interface Step {
  readonly action: PinChange["action"];
  readonly generationsOf: (identity: LockedIdentity, rotation: Rotation) => Generations;
  readonly reasonOf: (before: LockedIdentity, rotation: Rotation) => string;
  /** What to do about identities that the step would leave behind. */
  readonly remedy: string;
}

function step(lock: Lock, headId: string, { action, generationsOf, reasonOf, remedy }: Step): RotationStep {
  const group = rotationGroup(lock, headId);
  const identities = new Map(lock.identities);
  const changes = group.flatMap((id): PinChange[] => {
    const before = identities.get(id);
    if (before?.rotation === undefined) return [];
    const after = withGenerations(before, generationsOf(before, before.rotation));
    identities.set(id, after);
    return [{ id, action, generation: after.generation, reason: reasonOf(before, before.rotation) }];
  });
  const after = { ...lock, identities };
  const lost = leftBehindBy(after, group);
  if (lost.length > 0) throw leftBehind(headId, lost, remedy);
  return { lock: after, changes };
}

/** The rotation of a head. */
function rotationOf(lock: Lock, headId: string, what: string): Rotation {
  const { rotation } = lockedIdentity(lock, headId);
  if (rotation === undefined) throw notRotating(headId, what);
  const head = headOf(lock, headId);
  if (head !== undefined && head !== headId) throw partOfRotation(headId, head);
  return rotation;
}
