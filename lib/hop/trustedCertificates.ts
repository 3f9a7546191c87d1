import { rootCertificates } from "node:tls";
import { type Certificate, certificatesFromPem, parsed } from "../pki";
import type { TrustedAnchors } from "./hopMaterial";

let publicRoots: readonly Certificate[] | undefined;

/** What a side trusts, read; the public roots once. */
export function certificatesOf(anchors: TrustedAnchors): readonly Certificate[] {
  if (anchors !== "public-roots") return anchors.map(parsed);
  publicRoots ??= rootCertificates.flatMap((pem) => certificatesFromPem(pem));
  return publicRoots;
}
