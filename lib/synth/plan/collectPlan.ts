import type { IConstruct } from "constructs";
import { type PlanContribution, contributionOf } from "../../constructs/planContribution";
import { conflictingStore, repeatedAlias } from "../../constructs/errors";
import {
  type EntryPlan,
  type Finding,
  type HopPlan,
  type HostPlan,
  type IdentityPlan,
  type StorePlan,
  TRUST_PLAN_FORMAT_VERSION,
  type TrustPlan,
  type TruststoreEntryPlan,
} from "../../model";
import { conflictingHost, repeatedKey } from "../errors";
import { toolVersion } from "../toolVersion";
import { activationRunbooks, activationsOf } from "./activations";
import { passwordStepsOf } from "./passwordSteps";
import type { SynthEnvironment } from "./environment";
import { requireKnown } from "./requireKnown";
import { underPolicy } from "./underPolicy";

/** A stack's declaration before the lock has been asked for its identities. */
export interface CollectedPlan {
  readonly plan: TrustPlan;
  /** What the products' own rules have to say. */
  readonly findings: readonly Finding[];
}

/**
 * Gathers what the constructs of a stack declare, in the order of the construct tree.
 *
 * @throws SynthError, DeclarationError for declarations that contradict each other
 */
export function collectPlan(
  stack: IConstruct,
  environment: Pick<SynthEnvironment, "project" | "name" | "policy">,
): CollectedPlan {
  const contributions = stack.node.findAll().flatMap((construct) => contributionOf(construct) ?? []);
  const all = <Part extends keyof PlanContribution>(part: Part) =>
    contributions.flatMap((contribution) => [
      ...((contribution[part] ?? []) as NonNullable<PlanContribution[Part]>),
    ]);

  const stores = uniqueStores(all("stores"));
  const expectations = all("expectations");
  const declared = all("activations");
  const parts = {
    hosts: uniqueHosts(all("hosts")),
    entries: withImplied(all("entries"), all("impliedEntries"), stores),
    runbooks: all("runbooks"),
  };
  const activations = activationsOf(declared, parts);
  const passwordSteps = passwordStepsOf(all("passwordSteps"), stores);
  const plan: TrustPlan = {
    formatVersion: TRUST_PLAN_FORMAT_VERSION,
    toolVersion: toolVersion(),
    project: environment.project,
    environment: environment.name,
    stack: stack.node.id,
    hosts: parts.hosts,
    systems: all("systems"),
    identities: underPolicy(uniqueIdentities(all("identities")), environment.policy, environment.name),
    stores,
    entries: parts.entries,
    endpoints: all("endpoints"),
    bindings: all("bindings"),
    hops: withoutShadowedHops(all("hops")),
    files: all("files"),
    configFiles: all("configFiles"),
    ...(expectations.length === 0 ? {} : { expectations }),
    ...(activations.length === 0 ? {} : { activations }),
    ...(passwordSteps.length === 0 ? {} : { passwordSteps }),
    runbooks: [...parts.runbooks, ...activationRunbooks(declared, parts)],
    fingerprints: all("fingerprints"),
  };
  requireKnown(plan);
  requireUniqueKeys(plan);
  return { plan, findings: all("findings") };
}

/** A key that is stated twice would be one name for two things in the lock and in Terraform. */
function requireUniqueKeys(plan: TrustPlan): void {
  const { stores, entries, endpoints, bindings, hops, files, configFiles } = plan;
  for (const parts of [stores, entries, endpoints, bindings, hops, [...files, ...configFiles]]) {
    const known = new Set<string>();
    for (const { id } of parts) {
      if (known.has(id)) throw repeatedKey(id);
      known.add(id);
    }
  }
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
  const byId = new Map<string, IdentityPlan>();
  for (const identity of identities) {
    const first = byId.get(identity.id);
    if (first !== undefined && JSON.stringify(first) !== JSON.stringify(identity))
      throw repeatedKey(identity.id);
    byId.set(identity.id, identity);
  }
  return [...byId.values()];
}

function uniqueStores(stores: readonly StorePlan[]): StorePlan[] {
  const byPlace = new Map<string, StorePlan>();
  for (const store of stores) {
    const place = `${store.hostId}:${store.path}`;
    const first = byPlace.get(place);
    if (first !== undefined && first.id !== store.id)
      throw conflictingStore(store.path, store.hostId, first.id, store.id);
    byPlace.set(place, store);
  }
  return [...byPlace.values()];
}

/** Adds what calls imply, unless the same certificate is declared for the store already. */
function withImplied(
  declared: readonly EntryPlan[],
  implied: readonly TruststoreEntryPlan[],
  stores: readonly StorePlan[],
): EntryPlan[] {
  const entries = [...declared];
  const held = new Set(entries.flatMap((entry) => (entry.kind === "anchor" ? [certificateOf(entry)] : [])));
  const byAlias = new Map(entries.map((entry) => [aliasOf(entry), entry]));
  for (const entry of implied) {
    if (held.has(certificateOf(entry))) continue;
    const first = byAlias.get(aliasOf(entry));
    if (first !== undefined) {
      const path = stores.find(({ id }) => id === entry.storeId)?.path ?? entry.storeId;
      throw repeatedAlias(path, entry.alias, first.id, entry.id);
    }
    held.add(certificateOf(entry));
    byAlias.set(aliasOf(entry), entry);
    entries.push(entry);
  }
  return entries;
}

function certificateOf({ storeId, identityId, part }: TruststoreEntryPlan): string {
  return JSON.stringify([storeId, identityId, part]);
}

function aliasOf({ storeId, alias }: EntryPlan): string {
  return JSON.stringify([storeId, alias.toLowerCase()]);
}

/** A truststore entry declares a hop without a client certificate; a binding on the same hop says more. */
function withoutShadowedHops(hops: readonly HopPlan[]): HopPlan[] {
  const callers = new Set(hops.filter(({ bindingId }) => bindingId !== undefined).map(callerOf));
  return hops.filter((hop) => hop.bindingId !== undefined || !callers.has(callerOf(hop)));
}

function callerOf(hop: HopPlan): string {
  return JSON.stringify([hop.endpointId, hop.anchors]);
}
