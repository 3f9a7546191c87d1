import type { Finding, TrustPlan } from "../model";
import { judgeHop } from "../hop";
import { checkEndpoints } from "./plan/checkEndpoints";
import { checkExpiries, checkIdentities } from "./plan/checkIdentities";
import { checkStores } from "./plan/checkStores";
import type { PlanFacts } from "./planFacts";

/**
 * All that the rules find in a plan at a point in time; errors are what a deploy must not go on with. A finding
 * is about an identity, a store, an entry, an endpoint, a binding or a hop, and each is there once.
 * `rehearse` puts the findings about hops into its verdicts, too.
 */
export function checkPlan(plan: TrustPlan, materials: PlanFacts, now: Date): Finding[] {
  const findings = [
    ...checkIdentities(plan, materials, now),
    ...checkExpiries(plan, materials, now),
    ...checkStores(plan, materials),
    ...checkEndpoints(plan, materials),
    ...materials.hops.flatMap((hop) => judgeHop(hop).findings),
  ];
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
