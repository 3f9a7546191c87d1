import type { IConstruct } from "constructs";
import { planIdOf } from "../constructs/key";
import type { SystemPlan } from "../model";

/** A system in the plan, called as in the code. */
export function systemPlan(system: IConstruct, product: string, hostId: string): SystemPlan {
  return { id: planIdOf(system), label: system.node.id, product, hostId };
}
