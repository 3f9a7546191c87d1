import { rootCertificates } from "node:tls";
import { type Certificate, certificatesFromPem, parsed } from "../pki";
import type { TrustedAnchors } from "./hopMaterial";

let publicRoots: readonly Certificate[] | undefined;

/** What a side trusts, read; the public roots once. */
export function certificatesOf(anchors: TrustedAnchors): readonly Certificate[] {
  return anchors === "public-roots" ? publicRootCertificates() : anchors.map(parsed);
}

/** The public roots that Node ships. */
export function publicRootCertificates(): readonly Certificate[] {
  publicRoots ??= rootCertificates.flatMap((pem) => certificatesFromPem(pem));
  return publicRoots;
}
