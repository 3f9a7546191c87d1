import { day } from "../model/day";
import { refusal, type Refusal } from "./refusal";

/** What of a certificate its dates are told with: its name, as `toString` gives it, and the dates. */
export interface Dated {
  readonly notBefore: Date;
  readonly notAfter: Date;
  toString(): string;
}

/** Why a certificate is refused for its dates at a point in time. */
export function refusedDates(certificate: Dated, now: Date): Refusal | undefined {
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
