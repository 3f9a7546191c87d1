import type { TrustPlan } from "./plan";

/**
 * The declarations of several stacks of one environment as one, so that a hop finds what another stack declares.
 * What several declare, for example an authority, is there once.
 */
export function joinPlans(plans: readonly [TrustPlan, ...TrustPlan[]]): TrustPlan {
  const [first] = plans;
  // What only some of them have is theirs, too.
  const whole: TrustPlan = Object.assign({}, ...plans);
  const parts = Object.keys(whole).filter((name): name is PlanPart => Array.isArray(whole[name as PlanPart]));
  return { ...first, ...Object.fromEntries(parts.map((name) => [name, joined(plans, name)])) };
}

/** Members of a plan that hold parts with an id. */
type PlanPart = {
  [Name in keyof TrustPlan]-?: NonNullable<TrustPlan[Name]> extends readonly { readonly id: string }[]
    ? Name
    : never;
}[keyof TrustPlan];

function joined(plans: readonly TrustPlan[], name: PlanPart): readonly { readonly id: string }[] {
  const byId = new Map<string, { readonly id: string }>();
  for (const part of plans.flatMap((plan): readonly { readonly id: string }[] => plan[name] ?? []))
    if (!byId.has(part.id)) byId.set(part.id, part);
  return [...byId.values()];
}
