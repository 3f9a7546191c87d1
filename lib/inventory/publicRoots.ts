import { publicRootCertificates } from "../hop";

let fingerprints: ReadonlySet<string> | undefined;

/** Whether a certificate is one of the public roots that Node ships. */
export function isPublicRoot(sha256: string): boolean {
  fingerprints ??= new Set(publicRootCertificates().map((root) => root.sha256));
  return fingerprints.has(sha256);
}
