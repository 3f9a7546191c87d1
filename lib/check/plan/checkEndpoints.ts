import type { AnchorsLocation, EndpointPlan, Finding, TrustPlan } from "../../model";
import { refusedName } from "../../hop";
import { parsed } from "../../pki";
import type { PlanMaterials } from "../planMaterials";
import { refusal } from "../../rules";
import { finding } from "./report";

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
function checkNames(endpoint: EndpointPlan, { hops }: TrustPlan, { chains }: PlanMaterials): Finding[] {
  const [leaf] = (chains.get(endpoint.identityId ?? "") ?? []).map(parsed);
  if (leaf === undefined) return [];
  const calls = hops.filter(({ endpointId, verifiesName }) => verifiesName && endpointId === endpoint.id);
  const called = calls.flatMap(({ id, address, runtime }) => {
    const reason = refusedName(leaf, address, runtime.kind);
    return reason === undefined ? [] : [finding("error", id, reason)];
  });
  const used = new Set(calls.map(({ address }) => address));
  const declared = endpoint.names
    .filter((name) => !used.has(name))
    .flatMap((name) => {
      const reason = refusedName(leaf, name, endpoint.runtime.kind);
      return reason === undefined ? [] : [finding("warning", endpoint.id, reason)];
    });
  return [...called, ...declared];
}

function checkClientAuthentication(endpoint: EndpointPlan, plan: TrustPlan): Finding[] {
  if (endpoint.clientAuthentication === "none" || endpoint.identity.kind === "outside") return [];
  if (endpoint.clientAnchors !== undefined && !isKnownEmpty(endpoint.clientAnchors, plan)) return [];
  return [
    finding(
      "error",
      endpoint.id,
      refusal(
        "no-anchor",
        'the endpoint asks for client certificates and trusts none ("the trustAnchors parameter must be non-empty")',
        "name the truststore of its clients, and put their anchors into it",
      ),
    ),
  ];
}

function checkHops(plan: TrustPlan, materials: PlanMaterials): Finding[] {
  const judged = new Set(materials.hops.map(({ hopId }) => hopId));
  const outside = new Set(
    plan.endpoints.flatMap(({ id, identity }) => (identity.kind === "outside" ? [id] : [])),
  );
  return plan.hops.flatMap((hop) => {
    if (isKnownEmpty(hop.anchors, plan)) {
      const cause = `${hop.clientName} trusts nothing on this hop ("the trustAnchors parameter must be non-empty", "unable to get local issuer certificate")`;
      return [
        finding(
          "error",
          hop.id,
          refusal("no-anchor", cause, "put the endpoint's anchor into its truststore"),
        ),
      ];
    }
    if (judged.has(hop.id) || outside.has(hop.endpointId)) return [];
    const cause = "the certificates of this hop are not known yet, so nothing about it is proven";
    return [
      finding(
        "warning",
        hop.id,
        refusal(
          "hop-not-judged",
          cause,
          "run `cdktf-trust lock`, with `--observe` for what hosts hold already",
        ),
      ),
    ];
  });
}

/** Whether a store that we create gets no anchor at all; what a product brought is not known here. */
function isKnownEmpty(location: AnchorsLocation, { stores, entries }: TrustPlan): boolean {
  if (location.kind !== "store") return false;
  const store = stores.find(({ id }) => id === location.storeId);
  if (store === undefined || store.ifMissing !== "create") return false;
  return !entries.some(({ storeId }) => storeId === location.storeId);
}
