import type { TrustPlan } from "../model";
import { certificateOf } from "./certificates";
import { type HostStores, anchorsOf, isOwned } from "./hostStores";
import type { LockedIdentity, TruststoreObservation } from "./lock";
import { reliancesOf, reliedCertificates } from "./reliance";

/** A foreign entry that came into a truststore, or went. */
export interface ObservationChange {
  /** `HOST:PATH` of the truststore. */
  readonly place: string;
  readonly alias: string;
  readonly sha256: string;
  readonly action: "found" | "gone";
}

interface AnchorContext {
  readonly stores: HostStores;
  readonly plan: TrustPlan;
  readonly identities: ReadonlyMap<string, LockedIdentity>;
}

/** Alias by fingerprint of the relied-on certificates that a truststore holds as somebody else's. */
export async function foreignAnchors(
  storeId: string,
  { stores, plan, identities }: AnchorContext,
): Promise<Map<string, string>> {
  const found = await stores.find(storeId);
  if (found === undefined) return new Map();
  const relied = new Set(
    reliancesOf(plan)
      .filter((reliance) => reliance.storeId === storeId)
      .flatMap((reliance) => reliedCertificates(identities, reliance))
      .map((certificate) => certificateOf(certificate).sha256),
  );
  return new Map(
    anchorsOf(found)
      .filter(({ alias }) => !isOwned(found, alias))
      .map(({ alias, certificate }): [string, string] => [certificateOf(certificate).sha256, alias])
      .filter(([sha256]) => relied.has(sha256)),
  );
}

/** What is new since the last observation, and what is gone. */
export function observationChanges(
  before: ReadonlyMap<string, TruststoreObservation>,
  after: ReadonlyMap<string, TruststoreObservation>,
): ObservationChange[] {
  const list = (
    observations: ReadonlyMap<string, TruststoreObservation>,
  ): Omit<ObservationChange, "action">[] =>
    [...observations].flatMap(([place, { anchors }]) =>
      [...anchors].map(([sha256, alias]) => ({ place, alias, sha256 })),
    );
  const missingIn =
    (observations: ReadonlyMap<string, TruststoreObservation>) =>
    ({ place, alias, sha256 }: Omit<ObservationChange, "action">): boolean =>
      observations.get(place)?.anchors.get(sha256) !== alias;
  return [
    ...list(before)
      .filter(missingIn(after))
      .map((change) => ({ ...change, action: "gone" as const })),
    ...list(after)
      .filter(missingIn(before))
      .map((change) => ({ ...change, action: "found" as const })),
  ];
}
