import type { Certificate } from "../pki";
import { refusal, type Refusal } from "./refusal";

/** Why a certificate is refused for its dates at a point in time. */
export function refusedDates(certificate: Certificate, now: Date): Refusal | undefined {
  const { notBefore, notAfter } = certificate;
  if (now > notAfter) {
    return refusal("expired", `the certificate of ${certificate.toString()} expired on ${day(notAfter)}`);
  }
  if (now < notBefore) {
    return refusal(
      "not-yet-valid",
      `the certificate of ${certificate.toString()} is not valid before ${notBefore.toISOString()}`,
    );
  }
  return undefined;
}

/** A date as people write it in reports: `2027-01-31`, UTC. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
