import type { HopSource } from "../hop";
import { type Finding, type HopPlan, type TrustPlan, planIndex } from "../model";
import { cutChain } from "./cutChain";
import { otherFormat } from "./otherFormat";

/** What stands on the hosts otherwise than the plan says, though the hop might come about all the same. */
export function driftOf(plan: TrustPlan, source: HopSource, hop: HopPlan): readonly Finding[] {
  const { endpoint: endpointOf, binding: bindingOf } = planIndex(plan);
  const endpoint = endpointOf(hop.endpointId);
  const binding = bindingOf(hop.bindingId);
  const presenters = [endpoint, binding].filter((presenter) => presenter !== undefined);
  const sides = [
    ...(endpoint === undefined
      ? []
      : [{ runtime: endpoint.runtime, locations: [endpoint.identity, endpoint.clientAnchors] }]),
    { runtime: hop.runtime, locations: [hop.anchors, binding?.identity] },
  ];
  return [
    ...presenters.flatMap((presenter) => cutChain(plan, source, presenter)),
    ...sides.flatMap(({ runtime, locations }) =>
      storeIdsOf(locations).flatMap((storeId) => otherFormat(plan, source, storeId, runtime)),
    ),
  ];
}

/** Stores of one side, each once: one may hold what it presents and what it trusts. */
function storeIdsOf(
  locations: readonly ({ readonly kind: string; readonly storeId?: string } | undefined)[],
): readonly string[] {
  return [...new Set(locations.flatMap((location) => location?.storeId ?? []))];
}
