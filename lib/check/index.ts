export { checkPlan } from "./checkPlan";
export { checkStore, type CheckOptions } from "./checkStore";
export {
  checkCompleteness,
  checkDates,
  checkKeyStrength,
  checkStrength,
  daysUntil,
} from "./checkCertificate";
export { diagnose, type Diagnosis, diagnosisOf } from "./diagnose";
export { diagnoseLog, type LogDiagnosis } from "./diagnoseLog";
export type {
  CertificatePlace,
  CertificateSite,
  CertificateUse,
  PlacedCertificate,
} from "./expiry/certificateSites";
export { certificateSites, placedAt } from "./expiry/certificateSites";
export { datedOf, type DatedCertificate } from "./expiry/datedCertificate";
export { expiriesOf, type Expiry, type ExpiryOptions, ownCertificates } from "./expiry/expiries";
export { type Renewal, type RenewalAdvice, renewalOf } from "./expiry/renewal";
export type { PlanFacts } from "./planFacts";
export { isWeakPassword, KNOWN_PASSWORDS } from "./weakPassword";
export * from "./explain";
