import type { CertificateSummary, EntryPlan, FilePlan } from "../../model";

/** Certificates of the plan, by what is asked of them; from the lock's cleartext only. */
export interface PinnedCertificates {
  /** The certificate that an entry puts into its store; undefined where the entry is left out. */
  certificateOf(entry: EntryPlan): CertificateSummary | undefined;
  /** SHA-256 that `trust_file` expects: of the content, or of the leaf whose key it holds. */
  sha256OfFile(file: FilePlan): string | undefined;
}
