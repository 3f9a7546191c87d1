import type { CertificateSummary } from "../../model";
import { isoSeconds } from "../../model/day";
import type { Certificate } from "../../pki";

/** What is told of a certificate that ends; dates in ISO 8601, UTC, seconds. */
export type DatedCertificate = Pick<
  CertificateSummary,
  "sha256" | "subject" | "issuer" | "serialNumber" | "notBefore" | "notAfter"
>;

/** Of a certificate that was read. */
export function datedOf(certificate: Certificate): DatedCertificate {
  return {
    sha256: certificate.sha256,
    subject: certificate.toString(),
    issuer: certificate.issuer.toString(),
    serialNumber: certificate.serialNumber,
    notBefore: isoSeconds(certificate.notBefore),
    notAfter: isoSeconds(certificate.notAfter),
  };
}

/** Of a certificate that the plan pins. */
export function datedFrom(summary: CertificateSummary): DatedCertificate {
  const { sha256, subject, issuer, serialNumber, notBefore, notAfter } = summary;
  return {
    sha256,
    subject: subject === "" ? `serial number ${serialNumber}` : subject,
    issuer,
    serialNumber,
    notBefore,
    notAfter,
  };
}
