import {
  type CertificateSite,
  type PlacedCertificate,
  certificateSites,
  datedOf,
  ownCertificates,
  placedAt,
} from "../check";
import type { HopSource } from "../hop";
import { findEntry } from "../keystore";
import { TrustError, type TrustPlan } from "../model";
import { type Certificate, certificatesFromFile, parsed } from "../pki";

/**
 * The certificates of a plan as they stand on the hosts. What was not read from there, because no hop needs it or it is
 * out of reach, is as the plan pins it.
 */
export function deployedCertificates(plan: TrustPlan, source: HopSource): readonly PlacedCertificate[] {
  const sites = certificateSites(plan);
  const pinnedIn = new Set(sites.flatMap(({ pinned }) => pinned.map(({ sha256 }) => sha256)));
  const read = new Set<string>();
  const placed = sites.flatMap((site) => {
    const found = certificatesAt(site, source);
    if (found === undefined) return placedAt(site, site.pinned);
    read.add(site.identityId);
    return placedAt(site, ofSite(site, found, pinnedIn).map(datedOf));
  });
  // What a host was seen to hold is what counts of an identity.
  const unread = plan.identities.filter(({ id }) => !read.has(id));
  return [...placed, ...unread.flatMap((identity) => ownCertificates(identity))];
}

/** Undefined where the place was not read. */
function certificatesAt({ at }: CertificateSite, source: HopSource): readonly Certificate[] | undefined {
  if ("fileId" in at) {
    const file = source.file(at.fileId);
    return file === undefined || "finding" in file ? undefined : certificatesInFile(file.value);
  }
  const store = source.store(at.storeId);
  if (store === undefined || "finding" in store) return undefined;
  const entry = findEntry(store.value.store, at.alias);
  if (entry === undefined || entry.kind === "secret") return [];
  return (entry.kind === "anchor" ? [entry.certificate] : entry.chain).map(parsed);
}

/** What cannot be read is a finding of its hop. */
function certificatesInFile(bytes: Uint8Array): readonly Certificate[] | undefined {
  try {
    return certificatesFromFile(bytes);
  } catch (error) {
    if (error instanceof TrustError) return undefined;
    throw error;
  }
}

/** A file of anchors holds those of several identities: its own, and what nobody declares any more. */
function ofSite(
  { at, holds, pinned }: CertificateSite,
  found: readonly Certificate[],
  pinnedIn: ReadonlySet<string>,
): readonly Certificate[] {
  if (holds !== "trusted" || !("fileId" in at)) return found;
  return found.filter(({ sha256 }) => pinned.some((one) => one.sha256 === sha256) || !pinnedIn.has(sha256));
}
