import type { Certificate } from "../pki";
import { refusal, type Refusal } from "../rules";

/** What a certificate is presented as. */
export type TlsUse = "server" | "client";

const purposes = {
  server: ["serverAuth", "anyExtendedKeyUsage", "msSGC", "nsSGC"],
  client: ["clientAuth", "anyExtendedKeyUsage"],
} as const;

/**
 * What JSSE demands of the usages of a certificate that a server or client presents (JDK class
 * `EndEntityChecker`): digitalSignature where there is a key usage, also for RSA and TLS 1.2; the purpose where
 * purposes are named; Netscape's certificate type still counts.
 */
export function refusedUsage(certificate: Certificate, use: TlsUse): Refusal | undefined {
  const { extendedKeyUsages, keyUsage, netscapeCertificateType } = certificate;
  const wanted = use === "server" ? "serverAuth" : "clientAuth";
  const allowed: readonly string[] = purposes[use];
  if (extendedKeyUsages !== undefined && !extendedKeyUsages.some((purpose) => allowed.includes(purpose))) {
    return refusal(
      "usage-not-allowed",
      `the certificate of ${certificate.toString()} has the extended key usage ${extendedKeyUsages.join(", ")}, not ${wanted}`,
      `issue it again with ${wanted}, or without any extended key usage`,
      { about: use, of: "xtended key usage" },
    );
  }
  if (keyUsage !== undefined && !keyUsage.includes("digitalSignature")) {
    return refusal(
      "key-usage-not-allowed",
      `the certificate of ${certificate.toString()} has the key usage ${keyUsage.join(", ")}, not digitalSignature`,
    );
  }
  const netscapeType = use === "server" ? "sslServer" : "sslClient";
  if (netscapeCertificateType !== undefined && !netscapeCertificateType.includes(netscapeType)) {
    return refusal(
      "usage-not-allowed",
      `the certificate of ${certificate.toString()} has a Netscape certificate type without ${netscapeType}`,
      "issue it again without the Netscape certificate type",
      { about: use, of: "Netscape" },
    );
  }
  return undefined;
}
