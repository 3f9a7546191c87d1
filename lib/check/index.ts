export { checkPlan } from "./checkPlan";
export { checkStore, type CheckOptions } from "./checkStore";
export { diagnose, type Diagnosis } from "./diagnose";
export type { PlanMaterials } from "./planMaterials";
export { isWeakPassword } from "./weakPassword";
