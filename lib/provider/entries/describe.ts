import { parseCertificate, summarise } from "../../pki";
import type { StoreEntry } from "../../keystore";
import { certificateOf, type DeclaredEntry } from "./content";

/** What a row says of a certificate. */
export interface CertificateRow {
  readonly subject: string;
  readonly not_after: string;
}

/** What a row says of an entry's certificate. */
export function describeEntry(entry: DeclaredEntry): CertificateRow {
  const certificate = certificateOf(entry);
  if (certificate === undefined) return { subject: "", not_after: "" };
  const { subject, notAfter } = summarise(parseCertificate(certificate));
  return { subject, not_after: notAfter };
}

/** An entry, for messages. */
export function describeFound(entry: StoreEntry): string {
  if (entry.kind === "secret") return "a secret key";
  const { subject } = describeEntry(entry);
  return `${entry.kind === "anchor" ? "the certificate" : "a key with the certificate"} ${subject}`;
}
