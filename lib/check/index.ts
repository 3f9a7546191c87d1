export { checkPlan } from "./checkPlan";
export { checkStore, type CheckOptions } from "./checkStore";
export { checkCompleteness, checkDates, checkStrength } from "./checkCertificate";
export { diagnose, type Diagnosis, diagnosisOf } from "./diagnose";
export { diagnoseLog, type LogDiagnosis } from "./diagnoseLog";
export type { PlanFacts } from "./planFacts";
export { isWeakPassword } from "./weakPassword";
