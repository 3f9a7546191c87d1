import { type Lock, type Rotation, rotationGroup } from "../../lock";
import type { RotationPhase } from "../../model";
import { type JudgedPlace, isAwaited, judged, rotationPlaces } from "../../rotation";
import { commandFor, type RotationContext } from "./context";

/** A rotation as it stands. */
export interface RotationView {
  /** Id of the identity that is rotated. */
  readonly id: string;
  readonly phase: RotationPhase;
  /** The generation that is coming, or has come. */
  readonly generation: number;
  /** Ids of what moves with it. */
  readonly members: readonly string[];
  readonly places: readonly JudgedPlace[];
  /** How many of them are waited for in this phase. */
  readonly awaited: number;
  /** Those of which there is no evidence yet. */
  readonly missing: readonly JudgedPlace[];
  /** The command that comes next. */
  readonly next: string;
}

/** A rotation as a lock has it. */
export function viewOf(context: RotationContext, lock: Lock, id: string, rotation: Rotation): RotationView {
  const places = judged(rotationPlaces(context.plans, lock, id), lock);
  const awaited = places.filter((place) => isAwaited(place, lock));
  const current = lock.identities.get(id)?.generation ?? 0;
  return {
    id,
    phase: rotation.phase,
    generation: Math.max(rotation.other.generation, current),
    members: rotationGroup(lock, id).slice(1),
    places,
    awaited: awaited.length,
    missing: awaited.filter(({ evidence }) => evidence === undefined),
    next: commandFor(context, "rotate", id, "--advance"),
  };
}
