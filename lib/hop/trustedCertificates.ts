import { type Certificate, parsed, publicRootCertificates } from "../pki";
import type { TrustedAnchors } from "./hopMaterial";

/** What a side trusts, read; the public roots once. */
export function certificatesOf(anchors: TrustedAnchors): readonly Certificate[] {
  return anchors === "public-roots" ? publicRootCertificates() : anchors.map(parsed);
}
