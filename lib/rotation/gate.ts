import { type Evidence, headOf, type Lock, rotationGroup } from "../lock";
import type { RotationPhase, TrustPlan } from "../model";
import { placesOf } from "./places";
import type { RotationPlace } from "./rotationPlace";

/** What the lock knows of a place. */
export interface JudgedPlace extends RotationPlace {
  /** @default - there is none */
  readonly evidence?: Evidence;
}

/** Which places a rotation waits for before it goes on. */
const AWAITED = { announced: "trusts", switched: "presents" } as const satisfies Record<
  RotationPhase,
  RotationPlace["role"]
>;

/** What a rotation still waits for: the places of its phase of which nobody has shown that they read the generation. */
export function missing(places: readonly RotationPlace[], lock: Lock): RotationPlace[] {
  return judged(places, lock).filter((place) => isAwaited(place, lock) && place.evidence === undefined);
}

/** Whether a rotation goes on only once there is evidence from a place. */
export function isAwaited({ identityId, role, leftOut }: RotationPlace, lock: Lock): boolean {
  const rotation = lock.identities.get(identityId)?.rotation;
  return rotation !== undefined && leftOut === undefined && AWAITED[rotation.phase] === role;
}

/** Places with the evidence that the lock holds of them, as far as their phase asks for it. */
export function judged(places: readonly RotationPlace[], lock: Lock): JudgedPlace[] {
  return places.map((place) => {
    if (!isAwaited(place, lock)) return place;
    const evidence = lock.identities
      .get(place.identityId)
      ?.rotation?.evidence.find(
        ({ host, path, generation }) =>
          host === place.hostId && path === place.path && generation === place.generation,
      );
    return evidence === undefined ? place : { ...place, evidence };
  });
}

/** Ids of the identities that are in rotation. */
export function rotatingIds(lock: Lock): string[] {
  return [...lock.identities].flatMap(([id, { rotation }]) => (rotation === undefined ? [] : [id]));
}

/** Ids of the identities that are rotated, sorted: each stands for all that moves with it. */
export function rotationHeads(lock: Lock): string[] {
  return [...new Set(rotatingIds(lock).flatMap((id) => headOf(lock, id) ?? []))].sort();
}

/** The places of one rotation: those of an identity and of all that moves with it. */
export function rotationPlaces(plans: readonly TrustPlan[], lock: Lock, headId: string): RotationPlace[] {
  return placesOf(plans, lock, rotationGroup(lock, headId));
}
