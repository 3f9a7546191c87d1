export { diagnoseServer, type DiagnoseServerOptions, type ServerDiagnosis } from "./diagnoseServer";
export type { HostAccess } from "./hostReader";
export { type Owed, type OwedActivation, owedActivations } from "./owedActivations";
export { probe, type ProbeOptions, type ProbeResult } from "./probe";
export { reportVerdicts, type VerdictReport, type VerdictSource } from "./verdictReport";
export { type Verification, verifyPlan, type VerifyOptions } from "./verifyPlan";
export {
  lineFromHere,
  lineThrough,
  type LiveCall,
  type LiveHandshake,
  type LiveOptions,
  shakeLive,
} from "./live";
