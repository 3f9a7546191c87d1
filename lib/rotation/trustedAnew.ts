import { type Lock, type PinnedChain, type TrustsAnew, anchorOf, descendantsOf, leafOf } from "../lock";
import { type TrustPlan, joinPlans } from "../model";
import type { Generations } from "./generations";
import { trustedAt } from "./trusted";

/**
 * Whether somebody has to read another certificate before the next generation of an identity, and of all that it issued,
 * may be served.
 *
 * @param plans what the stacks declare
 * @param lock as it is before
 */
export function trustsAnewIn(plans: readonly TrustPlan[], lock: Lock): TrustsAnew {
  const [first, ...others] = plans;
  if (first === undefined) return () => false;
  const plan = joinPlans([first, ...others]);
  const isTrustedAnew = (id: string, generations: Generations) =>
    trustedAt(plan, lock, id, generations).some(({ leftOut }) => leftOut === undefined);
  return (id, older, newer) =>
    isTrustedAnew(id, { older, newer }) ||
    descendantsOf(lock, id).some((member) => {
      const issued = lock.identities.get(member);
      return issued !== undefined && isTrustedAnew(member, { older: issued, newer: below(newer) });
    });
}

/** What an authority's next generation issues, as far as it is known before: another leaf below its chain. */
function below(issuer: PinnedChain): PinnedChain {
  return { ...issuer, chain: [leafOf(issuer), ...issuer.chain], anchor: anchorOf(issuer) };
}
