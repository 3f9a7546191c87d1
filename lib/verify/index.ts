export { compareServed, type Served, type ServedDifference } from "./compareServed";
export {
  diagnoseServer,
  type DiagnoseServerOptions,
  type SeenDiagnosis,
  type ServerDiagnosis,
} from "./diagnoseServer";
export type { HostAccess } from "./hostReader";
export { type Owed, type OwedActivation, owedActivations } from "./owedActivations";
export { type LiveCaller, liveVerdict, unshown } from "./liveVerdict";
export { presentTo, type Presented, type PresentingCaller } from "./presentTo";
export { probe, type ProbeOptions, type ProbeResult } from "./probe";
export type { VerdictReport, VerdictSource } from "../model";
export { reportVerdicts } from "./verdictReport";
export { type Verification, verifyPlan, type VerifyOptions } from "./verifyPlan";
export {
  lineFromHere,
  lineThrough,
  type LiveCall,
  type LiveHandshake,
  type LiveOptions,
  shakeLive,
} from "./live";
