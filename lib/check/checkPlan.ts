import type { Finding, TrustPlan } from "../model";
import { judgeHop } from "./judgeHop";
import type { PlanMaterials } from "./planMaterials";

/**
 * All that the rules find in a plan at a point in time; errors are what a deploy must not go on with.
 * Findings of hops are those that `rehearse` puts into its verdicts, too.
 */
export function checkPlan(_plan: TrustPlan, materials: PlanMaterials, _now: Date): Finding[] {
  return materials.hops.flatMap((hop) => [...judgeHop(hop).findings]);
}
