import { createSecretResolver, openPlannedHost } from "../../hosts";
import { loadLock } from "../../lock";
import type { TrustPlan } from "../../model";
import { type Collected, collectEvidence, placesOf, rotatingIds } from "../../rotation";

export interface RotationEvidenceOptions {
  readonly projectDirectory: string;
  readonly environment: string;
  readonly now: Date;
}

/** What the hosts show of the rotations that are under way, for a receipt; without the key of the lock. */
export async function rotationEvidence(
  plans: readonly TrustPlan[],
  { projectDirectory, environment, now }: RotationEvidenceOptions,
): Promise<Collected> {
  const { lock } = loadLock(projectDirectory, environment);
  const ids = lock === undefined ? [] : rotatingIds(lock);
  if (lock === undefined || ids.length === 0) return { found: [], unread: [] };
  const hosts = new Map(plans.flatMap((plan) => plan.hosts).map((host) => [host.id, host]));
  const resolveSecret = createSecretResolver({ workingDirectory: projectDirectory });
  const openHost = (hostId: string) => {
    const host = hosts.get(hostId);
    return host === undefined ? undefined : openPlannedHost(host, { projectDirectory, resolveSecret });
  };
  return await collectEvidence(placesOf(plans, lock, ids), { openHost, now });
}
