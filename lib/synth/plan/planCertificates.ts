import {
  type CertificateSummary,
  type EntryPlan,
  type FileContent,
  type FilePlan,
  certificateAt,
  isLeftOut,
} from "../../model";
import { fingerprint, parseCertificate, summarise } from "../../pki";
import type { IdentityResolver } from "./identityResolver";
import { anchorsFileContent, certificateFileContent, textFileContent } from "../artifacts/fileContent";
import type { PinnedCertificates } from "../terraform/pinnedCertificates";

/** Answers from the lock's cleartext, so that Terraform's JSON needs no secret. */
export class PlanCertificates implements PinnedCertificates {
  private readonly summaries = new Map<string, CertificateSummary>();

  constructor(private readonly identity: IdentityResolver) {}

  certificateOf(entry: EntryPlan): CertificateSummary | undefined {
    const identity = isLeftOut(entry) ? undefined : this.identity(entry.identityId);
    if (identity === undefined) return undefined;
    const part = entry.kind === "key" ? "leaf" : entry.part;
    const key = `${entry.identityId} ${part}`;
    const known = this.summaries.get(key);
    if (known !== undefined) return known;
    const summary = summarise(parseCertificate(certificateAt(identity, part)));
    this.summaries.set(key, summary);
    return summary;
  }

  sha256OfFile(file: FilePlan): string | undefined {
    const { content } = file;
    if (content.kind === "private-key") {
      const leaf = this.identity(content.identityId)?.chain[0];
      return leaf === undefined ? undefined : parseCertificate(leaf).sha256;
    }
    const bytes = publicContent(content, this.identity);
    return bytes === undefined ? undefined : fingerprint("sha256", bytes);
  }
}

/** The bytes of a file that needs no secret. */
function publicContent(
  content: Exclude<FileContent, { kind: "private-key" }>,
  identity: IdentityResolver,
): Buffer | undefined {
  switch (content.kind) {
    case "text":
      return textFileContent(content, identity);
    case "certificate":
      return certificateFileContent(content, identity);
    case "anchors":
      return anchorsFileContent(content.anchors, identity);
  }
}
