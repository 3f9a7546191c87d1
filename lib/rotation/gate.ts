import { type Evidence, type Lock } from "../lock";
import type { RotationPhase } from "../model";
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
