import type { IConstruct } from "constructs";
import {
  type PlanContribution,
  type StoreDeclaration,
  contributionOf,
} from "../../constructs/planContribution";
import { conflictingStore } from "../../constructs/errors";
import { profileForReader, requireReadable } from "../../keystore";
import {
  type Finding,
  type HopPlan,
  type HostPlan,
  type IdentityPlan,
  type StorePlan,
  TRUST_PLAN_FORMAT_VERSION,
  type TrustPlan,
} from "../../model";
import { conflictingHost } from "../errors";
import type { SynthEnvironment } from "./environment";

/** A stack's declaration before the lock has been asked for its identities. */
export interface CollectedPlan {
  readonly plan: TrustPlan;
  /** What the products' own rules have to say. */
  readonly findings: readonly Finding[];
}

/**
 * Gathers what the constructs of a stack declare, in the order of the construct tree.
 *
 * @throws SynthError, DeclarationError for declarations that contradict each other; StoreError for a profile
 *   that the declared reader cannot open
 */
export function collectPlan(
  stack: IConstruct,
  environment: Pick<SynthEnvironment, "project" | "name">,
): CollectedPlan {
  const contributions = stack.node.findAll().flatMap((construct) => contributionOf(construct) ?? []);
  const all = <Part extends keyof PlanContribution>(part: Part) =>
    contributions.flatMap((contribution) => [
      ...((contribution[part] ?? []) as NonNullable<PlanContribution[Part]>),
    ]);

  const plan: TrustPlan = {
    formatVersion: TRUST_PLAN_FORMAT_VERSION,
    project: environment.project,
    environment: environment.name,
    stack: stack.node.id,
    hosts: uniqueHosts(all("hosts")),
    identities: uniqueIdentities(all("identities")),
    stores: uniqueStores(all("stores")).map(withProfile),
    entries: all("entries"),
    endpoints: all("endpoints"),
    bindings: all("bindings"),
    hops: withoutShadowedHops(all("hops")),
    files: all("files"),
    configFiles: all("configFiles"),
    runbooks: all("runbooks"),
    fingerprints: all("fingerprints"),
  };
  return { plan, findings: all("findings") };
}

function uniqueHosts(hosts: readonly HostPlan[]): HostPlan[] {
  const byId = new Map<string, HostPlan>();
  for (const host of hosts) {
    const first = byId.get(host.id);
    if (first !== undefined && JSON.stringify(first) !== JSON.stringify(host)) throw conflictingHost(host.id);
    byId.set(host.id, host);
  }
  return [...byId.values()];
}

function uniqueIdentities(identities: readonly IdentityPlan[]): IdentityPlan[] {
  return [...new Map(identities.map((identity) => [identity.id, identity])).values()];
}

function uniqueStores(stores: readonly StoreDeclaration[]): StoreDeclaration[] {
  const byPlace = new Map<string, StoreDeclaration>();
  for (const store of stores) {
    const place = `${store.hostId}:${store.path}`;
    const first = byPlace.get(place);
    if (first !== undefined && first.id !== store.id)
      throw conflictingStore(store.path, store.hostId, first.id, store.id);
    byPlace.set(place, store);
  }
  return [...byPlace.values()];
}

function withProfile(store: StoreDeclaration): StorePlan {
  if (store.profile !== undefined) {
    if (store.reader !== undefined) requireReadable(store.profile, store.reader);
    return { ...store, profile: store.profile };
  }
  return { ...store, profile: profileForReader(store.reader ?? "java 17") };
}

/** A truststore entry declares a hop without a client certificate; a binding on the same hop says more. */
function withoutShadowedHops(hops: readonly HopPlan[]): HopPlan[] {
  const callers = new Set(hops.filter(({ bindingId }) => bindingId !== undefined).map(callerOf));
  return hops.filter((hop) => hop.bindingId !== undefined || !callers.has(callerOf(hop)));
}

function callerOf(hop: HopPlan): string {
  return JSON.stringify([hop.endpointId, hop.anchors]);
}
