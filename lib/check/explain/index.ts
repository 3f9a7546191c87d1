export { explainCertificate, type ExplainedCertificate, type ExplainedHop, explainHop } from "./explain";
export { type Candidate, type Known, type Lookup, lookUp } from "./lookUp";
export type { Reliance, RelianceRole } from "./reliance";
