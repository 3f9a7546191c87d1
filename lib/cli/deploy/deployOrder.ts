import type { TrustPlan } from "../../model";

/** A stack as far as its place in the order goes. */
export interface OrderedStack {
  readonly name: string;
  /** Names of the stacks that CDKTF says come before it. */
  readonly dependencies: readonly string[];
  readonly plan: TrustPlan;
}

/** The order in which stacks are applied. */
export interface DeployOrder<Stack> {
  readonly stacks: readonly Stack[];
  /** Stacks whose anchors have to be in place before any stack's keys are: they call each other in a circle. */
  readonly trustFirst: readonly Stack[];
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
    for (const name of [...stack.dependencies, ...(relying.get(stack.name) ?? [])]) {
      const before = byName.get(name);
      if (before !== undefined) visit(before);
    }
    ordered.add(stack);
  };
  stacks.forEach(visit);

  const places = new Map([...ordered].map(({ name }, place) => [name, place]));
  const late = new Set<string>();
  for (const [name, before] of relying)
    for (const other of before) if ((places.get(other) ?? 0) > (places.get(name) ?? 0)) late.add(other);
  return { stacks: [...ordered], trustFirst: [...ordered].filter(({ name }) => late.has(name)) };
}

/** By stack, the other stacks that have to trust what it serves or presents. */
function relyingStacks(stacks: readonly OrderedStack[]): Map<string, Set<string>> {
  const serving = new Map(
    stacks.flatMap(({ name, plan }) => plan.endpoints.map((endpoint) => [endpoint.id, { name, endpoint }])),
  );
  const relying = new Map<string, Set<string>>(stacks.map(({ name }) => [name, new Set()]));
  for (const { name, plan } of stacks) {
    for (const hop of plan.hops) {
      const server = serving.get(hop.endpointId);
      if (server === undefined || server.name === name) continue;
      relying.get(server.name)?.add(name);
      const isAsked = server.endpoint.clientAuthentication !== "none";
      if (hop.bindingId !== undefined && isAsked) relying.get(name)?.add(server.name);
    }
  }
  return relying;
}
