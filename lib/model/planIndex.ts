import type { FilePlan } from "./file";
import { groupBy } from "./groupBy";
import type { BindingPlan, EndpointPlan, HopPlan } from "./hop";
import type { HostPlan } from "./host";
import type { IdentityPlan } from "./identity";
import type { TrustPlan } from "./plan";
import type { EntryPlan, StorePlan } from "./store";

/** Finds the parts of a plan by id and by what they belong to; undefined or empty where there is none. */
export interface PlanIndex {
  readonly host: (hostId: string) => HostPlan | undefined;
  readonly store: (storeId: string) => StorePlan | undefined;
  readonly file: (fileId: string) => FilePlan | undefined;
  readonly identity: (identityId: string | undefined) => IdentityPlan | undefined;
  readonly endpoint: (endpointId: string) => EndpointPlan | undefined;
  readonly binding: (bindingId: string | undefined) => BindingPlan | undefined;
  readonly hop: (hopId: string) => HopPlan | undefined;
  readonly entriesOf: (storeId: string) => readonly EntryPlan[];
  /** The calls to an endpoint. */
  readonly hopsOf: (endpointId: string) => readonly HopPlan[];
  /** The calls on which a binding's identity is presented. */
  readonly hopsWith: (bindingId: string) => readonly HopPlan[];
  /** The endpoints that share an endpoint's port, told apart by the names that clients ask for. */
  readonly endpointsBeside: (endpointId: string) => readonly EndpointPlan[];
  /** The endpoints that serve an identity. */
  readonly endpointsOf: (identityId: string) => readonly EndpointPlan[];
  /** The bindings that present an identity. */
  readonly bindingsOf: (identityId: string) => readonly BindingPlan[];
}

const indices = new WeakMap<TrustPlan, PlanIndex>();

/** The index of a plan, built once: a search for each question would make large plans quadratic. */
export function planIndex(plan: TrustPlan): PlanIndex {
  const known = indices.get(plan);
  if (known !== undefined) return known;
  const index = buildIndex(plan);
  indices.set(plan, index);
  return index;
}

function buildIndex(plan: TrustPlan): PlanIndex {
  return {
    host: finder(plan.hosts),
    store: finder(plan.stores),
    file: finder(plan.files),
    identity: optionalFinder(plan.identities),
    endpoint: finder(plan.endpoints),
    binding: optionalFinder(plan.bindings),
    hop: finder(plan.hops),
    entriesOf: lister(plan.entries, ({ storeId }) => storeId),
    hopsOf: lister(plan.hops, ({ endpointId }) => endpointId),
    hopsWith: lister(plan.hops, ({ bindingId }) => bindingId),
    endpointsBeside: lister(plan.endpoints, ({ defaultEndpointId }) => defaultEndpointId),
    endpointsOf: lister(plan.endpoints, ({ identityId }) => identityId),
    bindingsOf: lister(plan.bindings, ({ identityId }) => identityId),
  };
}

function finder<Part extends { readonly id: string }>(
  parts: readonly Part[],
): (id: string) => Part | undefined {
  const found = byId(parts);
  return (id) => found.get(id);
}

function optionalFinder<Part extends { readonly id: string }>(
  parts: readonly Part[],
): (id: string | undefined) => Part | undefined {
  const found = byId(parts);
  return (id) => (id === undefined ? undefined : found.get(id));
}

function byId<Part extends { readonly id: string }>(parts: readonly Part[]): ReadonlyMap<string, Part> {
  return new Map(parts.map((part) => [part.id, part]));
}

function lister<Part>(
  parts: readonly Part[],
  ownerOf: (part: Part) => string | undefined,
): (ownerId: string) => readonly Part[] {
  const groups = groupBy(parts, ownerOf);
  return (ownerId) => groups.get(ownerId) ?? [];
}
