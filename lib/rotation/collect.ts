import { HostError, type HostFiles } from "../hosts";
import type { Evidence } from "../lock";
import { evidenceOnHost } from "./hostEvidence";
import type { RotationPlace } from "./rotationPlace";

/** Evidence with the place that it is of. */
export interface PlacedEvidence {
  readonly place: RotationPlace;
  readonly evidence: Evidence;
}

/** What hosts say of places. */
export interface Collected {
  readonly found: readonly PlacedEvidence[];
  /** Why a host, or a record there, could not be read. */
  readonly unread: readonly { readonly hostId: string; readonly reason: string }[];
}

export interface CollectOptions {
  /** Opens a host by its id; undefined for one that nobody here may log in to. */
  readonly openHost: (hostId: string) => HostFiles | undefined;
  readonly now: Date;
}

/** Looks for evidence on the hosts that can be reached, one after another; one that cannot is asked once. */
export async function collectEvidence(
  places: readonly RotationPlace[],
  { openHost, now }: CollectOptions,
): Promise<Collected> {
  const found: PlacedEvidence[] = [];
  const unread = new Map<string, string>();
  for (const place of places) {
    if (!place.isOurs || unread.has(place.hostId)) continue;
    try {
      const host = openHost(place.hostId);
      const evidence = host === undefined ? undefined : await evidenceOnHost(place, host, now);
      if (evidence !== undefined) found.push({ place, evidence });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      unread.set(place.hostId, error.message);
    }
  }
  return { found, unread: [...unread].map(([hostId, reason]) => ({ hostId, reason })) };
}
