import { createSecretResolver, openPlannedHost } from "../../hosts";
import { loadLock } from "../../lock";
import type { TrustPlan } from "../../model";
import { type Collected, collectEvidence, placesOf, rotatingIds, skippedPlaces } from "../../rotation";
import { phasesSkipped } from "./errors";

export interface RotationEvidenceOptions {
  readonly projectDirectory: string;
  readonly environment: string;
  readonly now: Date;
}

/** What the hosts show of the rotations that are under way, for a receipt; without the key of the lock. */
export async function rotationEvidence(
  plans: readonly TrustPlan[],
  options: RotationEvidenceOptions,
): Promise<Collected> {
  const rotations = rotationsOf(plans, options);
  if (rotations === undefined) return { found: [], unread: [] };
  return await collectEvidence(rotations.places, { openHost: rotations.openHost, now: options.now });
}

/**
 * Looks at all stacks before any of them changes something: once the first one has put its anchors in place, nothing
 * would show any more that nobody has read them.
 *
 * @throws DeployError `phase-skipped`
 */
export async function refuseSkippedPhases(
  plans: readonly TrustPlan[],
  options: RotationEvidenceOptions,
): Promise<void> {
  const rotations = rotationsOf(plans, options);
  if (rotations === undefined) return;
  const skipped = await skippedPlaces(rotations.places, rotations.lock, rotations.openHost);
  if (skipped.length > 0) throw phasesSkipped(skipped);
}

function rotationsOf(
  plans: readonly TrustPlan[],
  { projectDirectory, environment }: RotationEvidenceOptions,
) {
  const { lock } = loadLock(projectDirectory, environment);
  const ids = lock === undefined ? [] : rotatingIds(lock);
  if (lock === undefined || ids.length === 0) return undefined;
  const hosts = new Map(plans.flatMap((plan) => plan.hosts).map((host) => [host.id, host]));
  const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory });
  const openHost = (hostId: string) => {
    const host = hosts.get(hostId);
    return host === undefined ? undefined : openPlannedHost(host, { projectDirectory, resolveSecret });
  };
  return { lock, places: placesOf(plans, lock, ids), openHost };
}
