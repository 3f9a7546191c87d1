import {
  type AnchorsLocation,
  type EndpointPlan,
  type Finding,
  type TrustPlan,
  planIndex,
} from "../../model";
import { refusedName } from "../../hop";
import { parsed } from "../../pki";
import type { PlanMaterials } from "../planMaterials";
import { finding, refusal } from "../../rules";

/** Names and client authentication of endpoints, and hops of which the plan alone says enough. */
export function checkEndpoints(plan: TrustPlan, materials: PlanMaterials): Finding[] {
  return [
    ...plan.endpoints.flatMap((endpoint) => [
      ...checkNames(endpoint, plan, materials),
      ...checkClientAuthentication(endpoint, plan),
    ]),
    ...checkHops(plan, materials),
  ];
}

/** A name that a hop uses and verifies must be covered; another declared one should be. */
function checkNames(endpoint: EndpointPlan, plan: TrustPlan, { chains }: PlanMaterials): Finding[] {
  const [leaf] = (chains.get(endpoint.identityId ?? "") ?? []).map(parsed);
  if (leaf === undefined) return [];
  const calls = planIndex(plan)
    .hopsOf(endpoint.id)
    .filter(({ verifiesName }) => verifiesName);
  const called = calls.flatMap(({ id, address, runtime }) => {
    const reason = refusedName(leaf, address, runtime.kind);
    return reason === undefined ? [] : [finding(id, reason, "error")];
  });
  const used = new Set(calls.map(({ address }) => address));
  const declared = endpoint.names
    .filter((name) => !used.has(name))
    .flatMap((name) => {
      const reason = refusedName(leaf, name, endpoint.runtime.kind);
      return reason === undefined ? [] : [finding(endpoint.id, reason, "warning")];
    });
  return [...called, ...declared];
}

function checkClientAuthentication(endpoint: EndpointPlan, plan: TrustPlan): Finding[] {
  if (endpoint.clientAuthentication === "none" || endpoint.identity.kind === "outside") return [];
  if (endpoint.clientAnchors !== undefined && !isKnownEmpty(endpoint.clientAnchors, plan)) return [];
  const facts = "the endpoint asks for client certificates and trusts none";
  const remedy = "name the truststore of its clients, and put their anchors into it";
  return [finding(endpoint.id, refusal("no-anchor", facts, remedy, { of: "trustAnchors" }))];
}

function checkHops(plan: TrustPlan, materials: PlanMaterials): Finding[] {
  const judged = new Set(materials.hops.map(({ hopId }) => hopId));
  return plan.hops.flatMap((hop) => {
    const isOutside = planIndex(plan).endpoint(hop.endpointId)?.identity.kind === "outside";
    if (isKnownEmpty(hop.anchors, plan)) {
      const facts = `${hop.clientName} trusts nothing on this hop`;
      const remedy = "put the endpoint's anchor into its truststore";
      const found = finding(hop.id, refusal("no-anchor", facts, remedy));
      // Somebody else's certificate may be in the file that is there, put in by hand.
      return [isOutside ? { ...found, level: "warning" } : found];
    }
    if (judged.has(hop.id) || isOutside) return [];
    const facts = "the certificates of this hop are not known yet, so nothing about it is proven";
    return [finding(hop.id, refusal("hop-not-judged", facts))];
  });
}

/** Whether a store that we create gets no anchor at all; what a product brought is not known here. */
function isKnownEmpty(location: AnchorsLocation, plan: TrustPlan): boolean {
  if (location.kind !== "store") return false;
  const index = planIndex(plan);
  return (
    index.store(location.storeId)?.ifMissing === "create" && index.entriesOf(location.storeId).length === 0
  );
}
