import { HostError, type HostFiles } from "../hosts";
import { type Lock, leafOf } from "../lock";
import { isHeld } from "./hostEvidence";
import type { RotationPlace } from "./rotationPlace";

/**
 * Places that do not hold the generation to which an announced identity has switched, while something still presents the
 * former one: whoever deploys that would announce and switch in one go. What cannot be looked at is left out, and so is
 * a file that is not there yet, on which nobody can have relied.
 *
 * @param places of all stacks of the environment
 * @param openHost opens a host by its id; undefined for one that nobody here may log in to
 */
export async function skippedPlaces(
  places: readonly RotationPlace[],
  lock: Lock,
  openHost: (hostId: string) => HostFiles | undefined,
): Promise<RotationPlace[]> {
  const ours = places.filter(({ isOurs, leftOut }) => isOurs && leftOut === undefined);
  const look = async (place: RotationPlace): Promise<boolean | undefined> => {
    const host = openHost(place.hostId);
    return host === undefined ? undefined : await isHeld(place, host).catch(notReached);
  };
  const skipped: RotationPlace[] = [];
  for (const [id, { rotation }] of lock.identities) {
    if (rotation?.phase !== "switched" || rotation.wasAnnounced !== true) continue;
    const { other } = rotation;
    const presenting = ours
      .filter(({ identityId, role }) => identityId === id && role === "presents")
      .map((place) => ({ ...place, generation: other.generation, certificates: [leafOf(other)] }));
    const isFormerThere = (await Promise.all(presenting.map(look))).includes(true);
    if (!isFormerThere) continue;
    const trusting = ours.filter(({ identityId, role }) => identityId === id && role === "trusts");
    const held = await Promise.all(trusting.map(look));
    skipped.push(...trusting.filter((_, index) => held[index] === false));
  }
  return skipped;
}

/** Its provider tells of a host that cannot be reached. */
function notReached(error: unknown): undefined {
  if (error instanceof HostError) return undefined;
  throw error;
}
