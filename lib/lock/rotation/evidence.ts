import { EVIDENCE_LEVELS, type Evidence, type Lock } from "../lock";
import { notRotating } from "./errors";
import { lockedIdentity } from "./group";

/**
 * Adds what is known of those who trust, or present, an identity in rotation. Of what is known twice of a generation at
 * one place, the strongest stays, then the latest. Itself where nothing is new; it still has to be signed.
 *
 * @throws LockError `unknown-identity`, `not-in-rotation`
 */
export function withEvidence(lock: Lock, identityId: string, evidence: readonly Evidence[]): Lock {
  const identity = lockedIdentity(lock, identityId);
  const { rotation } = identity;
  if (rotation === undefined) throw notRotating(identityId, "give evidence of");
  const merged = mergedEvidence(rotation.evidence, evidence);
  if (isSame(merged, rotation.evidence)) return lock;
  const identities = new Map(lock.identities);
  identities.set(identityId, { ...identity, rotation: { ...rotation, evidence: merged } });
  return { ...lock, identities };
}

/** All that either list says, once for each generation and place, sorted by host, path and generation. */
export function mergedEvidence(one: readonly Evidence[], other: readonly Evidence[]): Evidence[] {
  const byPlace = new Map<string, Evidence>();
  for (const each of [...one, ...other]) {
    const key = JSON.stringify([each.host, each.path, each.generation]);
    const known = byPlace.get(key);
    if (known === undefined || isBetter(each, known)) byPlace.set(key, each);
  }
  return [...byPlace.values()].sort(byPlaceAndGeneration);
}

/** What the first list says and the second does not, or not as well. */
export function evidenceBeyond(one: readonly Evidence[], other: readonly Evidence[]): Evidence[] {
  return mergedEvidence(one, other).filter((each) => !other.some((known) => isSameEvidence(each, known)));
}

function isBetter(each: Evidence, known: Evidence): boolean {
  const rank = EVIDENCE_LEVELS.indexOf(each.level) - EVIDENCE_LEVELS.indexOf(known.level);
  if (rank !== 0) return rank < 0;
  const later = Date.parse(each.at) - Date.parse(known.at);
  return later === 0 ? each.by < known.by : later > 0;
}

function byPlaceAndGeneration(a: Evidence, b: Evidence): number {
  return compare(a.host, b.host) || compare(a.path, b.path) || a.generation - b.generation;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isSame(one: readonly Evidence[], other: readonly Evidence[]): boolean {
  return (
    one.length === other.length &&
    one.every((each, index) => {
      const twin = other[index];
      return twin !== undefined && isSameEvidence(each, twin);
    })
  );
}

function isSameEvidence(one: Evidence, other: Evidence): boolean {
  return (
    one.host === other.host &&
    one.path === other.path &&
    one.generation === other.generation &&
    one.level === other.level &&
    one.at === other.at &&
    one.by === other.by
  );
}
