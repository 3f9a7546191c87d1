import {
  type AnchorPlan,
  type AnchorsLocation,
  type EndpointPlan,
  type Finding,
  type TrustPlan,
  planIndex,
  javaOf,
} from "../../model";
import { refusedName } from "../../hop";
import { type Certificate, parsed } from "../../pki";
import type { PlanFacts } from "../planFacts";
import { finding, refusal, type Refusal } from "../../rules";

/** Names and client authentication of endpoints, and hops of which the plan alone says enough. */
export function checkEndpoints(plan: TrustPlan, materials: PlanFacts): Finding[] {
  return [
    ...plan.endpoints.flatMap((endpoint) => [
      ...checkNames(endpoint, plan, materials),
      ...checkClientAuthentication(endpoint, plan),
    ]),
    ...checkHops(plan, materials),
  ];
}

/** A name that a hop uses and verifies must be covered; another declared one should be. */
function checkNames(endpoint: EndpointPlan, plan: TrustPlan, { chains }: PlanFacts): Finding[] {
  const [leaf] = (chains.get(endpoint.identityId ?? "") ?? []).map(parsed);
  if (leaf === undefined) return [];
  const calls = planIndex(plan)
    .hopsOf(endpoint.id)
    .filter(({ verifiesName }) => verifiesName);
  const called = calls.flatMap(({ id, address, runtime, programs }) => {
    const reason = refusedName(leaf, address, runtime.kind, programs, javaOf(runtime));
    return reason === undefined ? [] : [finding(id, reason, "error")];
  });
  const used = new Set(calls.map(({ address }) => address));
  const declared = endpoint.names
    .filter((name) => !used.has(name))
    .flatMap((name) => {
      const reason = name.startsWith("*.")
        ? missingWildcard(leaf, name)
        : refusedName(leaf, name, endpoint.runtime.kind, undefined, javaOf(endpoint.runtime));
      return reason === undefined ? [] : [finding(endpoint.id, reason, "warning")];
    });
  return [...called, ...declared];
}

/** Nobody calls a wildcard: the certificate has it or not. */
function missingWildcard(leaf: Certificate, name: string): Refusal | undefined {
  if (
    leaf.subjectAltNames.some(
      ({ kind, value }) => kind === "dns" && value.toLowerCase() === name.toLowerCase(),
    )
  )
    return undefined;
  const isTooBroad = name.split(".").length < 3;
  const remedy = isTooBroad
    ? "declare the names that are called: curl, OpenSSL and Node take no wildcard that broad"
    : `issue the certificate with the subject alternative name DNS:${name}, or declare the names that are called`;
  return refusal(
    "name-not-covered",
    `the certificate of ${leaf.toString()} has no name ${name}`,
    remedy,
    "none",
  );
}

function checkClientAuthentication(endpoint: EndpointPlan, plan: TrustPlan): Finding[] {
  if (endpoint.clientAuthentication === "none" || endpoint.identity.kind === "outside") return [];
  if (endpoint.clientAnchors !== undefined && !isKnownEmpty(endpoint.clientAnchors, plan)) return [];
  const facts = "the endpoint asks for client certificates and trusts none";
  const remedy = "name the truststore of its clients, and put their anchors into it";
  return [finding(endpoint.id, refusal("no-anchor", facts, remedy, { of: "trustAnchors" }))];
}

function checkHops(plan: TrustPlan, materials: PlanFacts): Finding[] {
  const judged = new Set(materials.hops.map(({ hopId }) => hopId));
  return plan.hops.flatMap((hop) => {
    const identity = planIndex(plan).endpoint(hop.endpointId)?.identity;
    const isOutside = identity?.kind === "outside";
    const leadsTo = isOutside && identity.leadsTo !== "public-roots" ? identity.leadsTo : undefined;
    if (isKnownEmpty(hop.anchors, plan)) {
      const facts = `${hop.clientName} trusts nothing on this hop`;
      const remedy = "put the endpoint's anchor into its truststore";
      const found = finding(hop.id, refusal("no-anchor", facts, remedy));
      // Somebody else's certificate may be in the file that is there, put in by hand.
      return [isOutside && leadsTo === undefined ? { ...found, level: "warning" } : found];
    }
    if (leadsTo !== undefined && isKnownNotTrusted(leadsTo, hop.anchors, plan)) {
      const facts = `${hop.clientName} does not trust what ${hop.address} is known to present: ${leadsTo.identityId} is not declared for its truststore`;
      return [finding(hop.id, refusal("issuer-not-trusted", facts), "error")];
    }
    if (judged.has(hop.id) || isOutside) return [];
    const facts = "the certificates of this hop are not known yet, so nothing about it is proven";
    return [finding(hop.id, refusal("hop-not-judged", facts))];
  });
}

/** Whether a store or file of ours gets neither the anchor nor a certificate that leads to it. */
function isKnownNotTrusted(anchor: AnchorPlan, location: AnchorsLocation, plan: TrustPlan): boolean {
  const declared = declaredAnchors(location, plan);
  if (declared === undefined) return false;
  const wanted = certificatesOf(anchor.identityId, plan);
  return !declared.some(
    ({ identityId }) =>
      identityId === anchor.identityId ||
      certificatesOf(identityId, plan).some((sha256) => wanted.includes(sha256)),
  );
}

/** What is declared for a place; undefined where it may hold more than that. */
function declaredAnchors(
  location: AnchorsLocation,
  plan: TrustPlan,
): readonly Pick<AnchorPlan, "identityId">[] | undefined {
  const index = planIndex(plan);
  if (location.kind === "store") {
    if (index.store(location.storeId)?.ifMissing !== "create") return undefined;
    return index.entriesOf(location.storeId).filter(({ kind }) => kind === "anchor");
  }
  const content = location.kind === "pem" ? index.file(location.fileId)?.content : undefined;
  return content?.kind === "anchors" ? content.anchors : undefined;
}

function certificatesOf(identityId: string, plan: TrustPlan): readonly string[] {
  const pinned = planIndex(plan).identity(identityId)?.pinned;
  return pinned === undefined ? [] : [pinned.anchor, ...pinned.chain].map(({ sha256 }) => sha256);
}

/** Whether a store that we create gets no anchor at all; what a product brought is not known here. */
function isKnownEmpty(location: AnchorsLocation, plan: TrustPlan): boolean {
  if (location.kind !== "store") return false;
  const index = planIndex(plan);
  return (
    index.store(location.storeId)?.ifMissing === "create" && index.entriesOf(location.storeId).length === 0
  );
}
