import { type Expiry, expiriesOf } from "../../check";
import { type Policy, joinPlans } from "../../model";
import { type ExpiryFlags, windowOf } from "../expiry";
import type { StackOutput } from "./manifest";

/** What ends soon of the certificates that stacks declare together. */
export function expiringIn(
  stacks: readonly StackOutput[],
  now: Date,
  flags: ExpiryFlags,
  policy: Policy | undefined,
): readonly Expiry[] {
  const [first, ...others] = stacks.map(({ plan }) => plan);
  return first === undefined
    ? []
    : expiriesOf(joinPlans([first, ...others]), { now, ...windowOf(flags, policy) });
}

/** Of these, what one stack declares, by its name; several may declare one authority. */
export function expiringOf(
  expiries: readonly Expiry[],
  stacks: readonly StackOutput[],
  name: string,
): readonly Expiry[] {
  const declared = stacks
    .filter((stack) => stack.name === name)
    .flatMap(({ plan }) => plan.identities.map(({ id }) => id));
  return expiries.filter(({ identityId }) => declared.includes(identityId));
}
