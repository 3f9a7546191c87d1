import { rootCertificates } from "node:tls";
import type { Certificate } from "./certificate";
import { certificatesFromPem } from "./certificateFile";
import { lazy } from "./lazy";

/** The public roots that Node ships: Mozilla's list. */
export const publicRootCertificates: () => readonly Certificate[] = lazy(() =>
  rootCertificates.flatMap((pem) => certificatesFromPem(pem)),
);

const fingerprints = lazy(() => new Set(publicRootCertificates().map(({ sha256 }) => sha256)));

/** Whether a certificate (SHA-256, `AB:CD:…`) is one of the public roots. */
export function isPublicRoot(sha256: string): boolean {
  return fingerprints().has(sha256);
}
