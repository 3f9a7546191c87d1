import { type App, TerraformStack } from "cdktf";
import { isTrustStack } from "../../constructs/trustStackMark";
import { type Finding, type TrustPlan, joinPlans } from "../../model";
import { conflictingHost, entryElsewhere } from "../errors";
import { collectPlan } from "./collectPlan";
import type { SynthEnvironment } from "./environment";

/** What all trust stacks of an app declare, before the lock has been asked for its identities. */
export interface CollectedStack {
  readonly stack: TerraformStack;
  readonly plan: TrustPlan;
  readonly findings: readonly Finding[];
}

/**
 * Collects every trust stack of an app: hops, judgement and the table are the environment's, not one stack's.
 *
 * @throws SynthError for stacks that contradict each other, and for entries of one stack on a store of another
 */
export function collectStacks(app: App, environment: SynthEnvironment): readonly CollectedStack[] {
  const stacks = app.node.findAll().filter((construct) => TerraformStack.isStack(construct));
  const collected = stacks
    .filter(isTrustStack)
    .map((stack) => ({ stack, ...collectPlan(stack, environment) }));
  const plans = collected.map(({ plan }) => plan);
  requireSameHosts(plans);
  requireOwnStores(plans);
  return collected;
}

/** @param plans at least one */
export function planOfAll(plans: readonly TrustPlan[]): TrustPlan {
  const [first, ...others] = plans;
  if (first === undefined) throw new RangeError("there is no stack");
  return joinPlans([first, ...others]);
}

/** A host id means one host in an environment. */
function requireSameHosts(plans: readonly TrustPlan[]): void {
  const known = new Map<string, string>();
  for (const host of plans.flatMap(({ hosts }) => hosts)) {
    const declared = JSON.stringify(host);
    if ((known.get(host.id) ?? declared) !== declared) throw conflictingHost(host.id);
    known.set(host.id, declared);
  }
}

/** Each stack has a state of its own, so it can put entries into its own stores only. */
function requireOwnStores(plans: readonly TrustPlan[]): void {
  const owners = new Map(plans.flatMap(({ stack, stores }) => stores.map(({ id }) => [id, stack])));
  for (const { stack, stores, entries } of plans) {
    const own = new Set(stores.map(({ id }) => id));
    const entry = entries.find(({ storeId }) => !own.has(storeId));
    if (entry !== undefined) throw entryElsewhere(entry, stack, owners.get(entry.storeId));
  }
}
