export { diagnoseServer, type DiagnoseServerOptions, type ServerDiagnosis } from "./diagnoseServer";
export type { HostAccess } from "./hostReader";
export { probe, type ProbeOptions, type ProbeResult } from "./probe";
export type { VerdictReport, VerdictSource } from "../model";
export { reportVerdicts } from "./verdictReport";
export { type Verification, verifyPlan, type VerifyOptions } from "./verifyPlan";
