import type { TrustPlan } from "../../model";

/** A stack as far as its place in the order goes. */
export interface OrderedStack {
  readonly name: string;
  /** Names of the stacks that CDKTF says come before it. */
  readonly dependencies: readonly string[];
  readonly plan: TrustPlan;
}

/** Why one stack comes before another. */
export interface StackLink {
  readonly before: string;
  readonly after: string;
  /** Calls because of which the former has to trust what the latter serves or presents. */
  readonly hops: readonly string[];
  /** Whether CDKTF says so: something in the latter refers to the former. */
  readonly isDependency: boolean;
  /** Whether only the former's anchors come before, because the whole of it comes after: the two are in a circle. */
  readonly isTrustOnly: boolean;
}

/** The order in which stacks are applied. */
export interface DeployOrder<Stack> {
  readonly stacks: readonly Stack[];
  /** Stacks whose anchors have to be in place before any stack's keys are: they call each other in a circle. */
  readonly trustFirst: readonly Stack[];
  readonly links: readonly StackLink[];
}

/**
 * Relying stacks first: an anchor is in place before the key that it is for is served or presented. In a circle, for
 * example of two systems that call each other, no order does that, so some put their anchors in place first.
 */
export function deployOrder<Stack extends OrderedStack>(stacks: readonly Stack[]): DeployOrder<Stack> {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const relying = relyingStacks(stacks);
  const ordered = new Set<Stack>();
  const open = new Set<Stack>();
  const visit = (stack: Stack): void => {
    if (ordered.has(stack) || open.has(stack)) return;
    open.add(stack);
    for (const name of [...stack.dependencies, ...(relying.get(stack.name)?.keys() ?? [])]) {
      const before = byName.get(name);
      if (before !== undefined) visit(before);
    }
    ordered.add(stack);
  };
  stacks.forEach(visit);

  const places = new Map([...ordered].map(({ name }, place) => [name, place]));
  const links = [...ordered].flatMap((stack) => linksTo(stack, relying.get(stack.name) ?? new Map(), places));
  const late = new Set(links.flatMap(({ before, isTrustOnly }) => (isTrustOnly ? [before] : [])));
  return {
    stacks: [...ordered],
    trustFirst: [...ordered].filter(({ name }) => late.has(name)),
    links,
  };
}

/** What comes before a stack. */
function linksTo(
  { name: after, dependencies }: OrderedStack,
  relying: ReadonlyMap<string, ReadonlySet<string>>,
  places: ReadonlyMap<string, number>,
): StackLink[] {
  const placeOf = (name: string) => places.get(name) ?? 0;
  const names = [...new Set([...dependencies, ...relying.keys()])].filter((name) => places.has(name));
  return names
    .map((before) => ({
      before,
      after,
      hops: [...(relying.get(before) ?? [])],
      isDependency: dependencies.includes(before),
      isTrustOnly: placeOf(before) > placeOf(after),
    }))
    .sort((one, other) => placeOf(one.before) - placeOf(other.before));
}

/** By stack, the other stacks that have to trust what it serves or presents, with the calls because of which they do. */
function relyingStacks(stacks: readonly OrderedStack[]): Map<string, Map<string, Set<string>>> {
  const serving = new Map(
    stacks.flatMap(({ name, plan }) => plan.endpoints.map((endpoint) => [endpoint.id, { name, endpoint }])),
  );
  const relying = new Map<string, Map<string, Set<string>>>(stacks.map(({ name }) => [name, new Map()]));
  const add = (trusted: string, relyingStack: string, hopId: string): void => {
    const byStack = relying.get(trusted);
    byStack?.set(relyingStack, (byStack.get(relyingStack) ?? new Set()).add(hopId));
  };
  for (const { name, plan } of stacks) {
    for (const hop of plan.hops) {
      const server = serving.get(hop.endpointId);
      if (server === undefined || server.name === name) continue;
      add(server.name, name, hop.id);
      const isAsked = server.endpoint.clientAuthentication !== "none";
      if (hop.bindingId !== undefined && isAsked) add(name, server.name, hop.id);
    }
  }
  return relying;
}
