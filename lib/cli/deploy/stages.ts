import type { DeployOrder, StackLink } from "./deployOrder";

/** What is done with a stack when its turn comes; `trust-first` puts its anchors in place and changes no key. */
export type PassKind = "trust-first" | "deploy" | "destroy";

/** One stack whose turn comes once others have had theirs. */
export interface Pass<Stack> {
  readonly stack: Stack;
  readonly kind: PassKind;
  /** What has to have ended well before. */
  readonly after: readonly Pass<Stack>[];
}

/** Stacks that may be deployed at the same time, once the stages before have been. */
export interface Stage {
  /** From 1. */
  readonly stage: number;
  readonly kind: "trust-first" | "deploy";
  readonly stacks: readonly string[];
}

interface Named {
  readonly name: string;
}

/**
 * A deploy of the chosen stacks: those that are in a circle put their anchors in place first, then each is deployed
 * after all that rely on it.
 */
export function deployPasses<Stack extends Named>(
  order: DeployOrder<Stack>,
  chosen: readonly Stack[],
): Pass<Stack>[] {
  const first = trustFirstPasses(order.trustFirst.filter((stack) => chosen.includes(stack)));
  const deploys: Pass<Stack>[] = [];
  for (const stack of order.stacks.filter((each) => chosen.includes(each))) {
    const before = namesBefore(order.links, stack.name);
    const trusting = trustOnlyBefore(order.links, stack.name).add(stack.name);
    deploys.push({
      stack,
      kind: "deploy",
      after: [
        ...first.filter((pass) => trusting.has(pass.stack.name)),
        ...deploys.filter((pass) => before.has(pass.stack.name)),
      ],
    });
  }
  return [...first, ...deploys];
}

/** The first pass of these stacks alone. */
export function trustFirstPasses<Stack>(stacks: readonly Stack[]): Pass<Stack>[] {
  return stacks.map((stack) => ({ stack, kind: "trust-first", after: [] }));
}

/** A destroy, in the opposite order: what is relied on goes before the anchors for it do. */
export function destroyPasses<Stack extends Named>(
  { stacks, links }: DeployOrder<Stack>,
  chosen: readonly Stack[],
): Pass<Stack>[] {
  const passes: Pass<Stack>[] = [];
  for (const stack of stacks.filter((each) => chosen.includes(each)).toReversed()) {
    const after = passes.filter((pass) => namesBefore(links, pass.stack.name).has(stack.name));
    passes.push({ stack, kind: "destroy", after });
  }
  return passes;
}

/** The stages of a deploy; anchors of circles are a stage of their own, before all others. */
export function stagesOf<Stack extends Named>(order: DeployOrder<Stack>, chosen: readonly Stack[]): Stage[] {
  const places = new Map<Pass<Stack>, number>();
  const stages: { kind: "trust-first" | "deploy"; stacks: string[] }[] = [];
  const passes = deployPasses(order, chosen);
  const deploysFrom = passes.some(({ kind }) => kind === "trust-first") ? 1 : 0;
  for (const pass of passes) {
    const kind = pass.kind === "trust-first" ? "trust-first" : "deploy";
    const earliest = kind === "trust-first" ? 0 : deploysFrom;
    const place = Math.max(earliest, ...pass.after.map((before) => (places.get(before) ?? 0) + 1));
    places.set(pass, place);
    (stages[place] ??= { kind, stacks: [] }).stacks.push(pass.stack.name);
  }
  return stages.map((stage, place) => ({ stage: place + 1, ...stage }));
}

/** All whose deploy comes before a stack's, also by way of others, whether these are chosen or not. */
function namesBefore(links: readonly StackLink[], name: string, found = new Set<string>()): Set<string> {
  for (const { before, after, isTrustOnly } of links) {
    if (after !== name || isTrustOnly || found.has(before)) continue;
    found.add(before);
    namesBefore(links, before, found);
  }
  return found;
}

function trustOnlyBefore(links: readonly StackLink[], name: string): Set<string> {
  return new Set(
    links.flatMap(({ before, after, isTrustOnly }) => (isTrustOnly && after === name ? [before] : [])),
  );
}
