import { type AnchorsLocation, type ChainPart, type TrustPlan, certificateAt, planIndex } from "../model";
import { type LockedIdentity, anchorOf } from "./lock";

/** A certificate that a truststore must hold for a declared hop. */
export interface Reliance {
  readonly storeId: string;
  readonly identityId: string;
  readonly part: ChainPart;
}

/** Which truststores rely on which identities: by a declared entry, by calling, or by being called. */
export function reliancesOf(plan: TrustPlan): Reliance[] {
  const index = planIndex(plan);
  return [
    ...plan.entries.flatMap((entry) => (entry.kind === "anchor" ? [entry] : [])),
    ...plan.hops.flatMap((hop): Reliance[] => {
      const endpoint = index.endpoint(hop.endpointId);
      const binding = index.binding(hop.bindingId);
      return [
        ...reliance(hop.anchors, endpoint?.identityId),
        ...reliance(endpoint?.clientAnchors, binding?.identityId),
      ];
    }),
  ];
}

/** The certificates that a reliance is about, of each generation that is trusted; none where nothing is pinned yet. */
export function reliedCertificates(
  identities: ReadonlyMap<string, LockedIdentity>,
  { identityId, part }: Reliance,
): Uint8Array[] {
  const pinned = identities.get(identityId);
  return [pinned, pinned?.rotation?.other].flatMap((each) =>
    each === undefined ? [] : certificateAt({ chain: each.chain, anchor: anchorOf(each) }, part),
  );
}

function reliance(anchors: AnchorsLocation | undefined, identityId: string | undefined): Reliance[] {
  return anchors?.kind !== "store" || identityId === undefined
    ? []
    : [{ storeId: anchors.storeId, identityId, part: "anchor" }];
}
