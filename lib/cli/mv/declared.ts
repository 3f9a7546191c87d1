import { type TrustPlan, stackOf } from "../../model";
import { addressedParts } from "../../synth/terraform/addressedPart";
import type { StackOutput } from "../deploy/manifest";
import { newIsNotDeclared, oldIsStillDeclared } from "./errors";
import { type Rename, isWithin } from "./rename";

/**
 * Insists that the code has been renamed, and not more than that.
 *
 * @throws MoveError `old-declared`, `new-not-declared`
 */
export function requireRenamed(stacks: readonly StackOutput[], rename: Rename): void {
  const ids = stacks.flatMap(({ plan }) => idsOf(plan));
  const still = ids.find((id) => isWithin(id, rename.from));
  if (still !== undefined) throw oldIsStillDeclared(rename, still);
  if (!ids.some((id) => isWithin(id, rename.to))) throw newIsNotDeclared(rename, [...new Set(ids)]);
}

/** Everything of a plan that has an id of its own, and the stack. */
function idsOf(plan: TrustPlan): string[] {
  const { stack, identities, endpoints, bindings, hops } = plan;
  const parts = [...addressedParts(plan), ...identities, ...endpoints, ...bindings, ...hops];
  return [stack, ...parts.map(({ id }) => id).filter((id) => stackOf(id) === stack)];
}
