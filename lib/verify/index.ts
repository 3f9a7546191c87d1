export type { HostAccess } from "./hostSource";
export { probe, type ProbeOptions, type ProbeResult } from "./probe";
export { verifyPlan, type VerifyOptions } from "./verifyPlan";
