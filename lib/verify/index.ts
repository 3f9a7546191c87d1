export type { HostAccess } from "./deployedFiles";
export { probe, type ProbeOptions, type ProbeResult } from "./probe";
export { verifyPlan, type VerifyOptions } from "./verifyPlan";
