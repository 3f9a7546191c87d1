import {
  type AnchoredChain,
  type FilePlan,
  type IdentityLocation,
  type IdentityPlan,
  type TrustPlan,
  certificateAt,
  isLeftOut,
  planIndex,
} from "../../model";
import { type DatedCertificate, datedFrom } from "./datedCertificate";

/** What a place has a certificate for. */
export type CertificateUse = "presented" | "chain" | "trusted" | "delivered";

/** Where a certificate stands on a host. */
export interface CertificatePlace {
  readonly hostId: string;
  readonly path: string;
  /** Absent in a file, and where it is not known. */
  readonly alias?: string;
  /** The key's own certificate, an issuer beside it, an anchor, or a file that people or products take it from. */
  readonly use: CertificateUse;
}

/** A declared identity's certificate, and where it stands. */
export interface PlacedCertificate {
  readonly certificate: DatedCertificate;
  readonly identityId: string;
  /** Absent where it stands in no store and no file that is known here. */
  readonly place?: CertificatePlace;
}

/** A place that is to hold certificates of an identity. */
export interface CertificateSite {
  readonly identityId: string;
  readonly hostId: string;
  readonly path: string;
  /** The store it is, with its alias, or the file. */
  readonly at: { readonly storeId: string; readonly alias: string } | { readonly fileId: string };
  /** `identity`: a key with its chain, leaf first; otherwise what each certificate is there for. */
  readonly holds: "identity" | "trusted" | "delivered";
  /** What the plan pins for it. */
  readonly pinned: readonly DatedCertificate[];
}

/** The certificates of an identity: what the plan pins, unless it is known from elsewhere. */
export type ChainOf = (identity: IdentityPlan) => AnchoredChain<DatedCertificate> | undefined;

/** What the lock pinned, as the plan says it. */
export const pinnedChain: ChainOf = ({ pinned }) =>
  pinned === undefined ? undefined : { chain: pinned.chain.map(datedFrom), anchor: datedFrom(pinned.anchor) };

/** All places of a plan that are to hold certificates, each once. */
export function certificateSites(
  plan: TrustPlan,
  chainOf: ChainOf = pinnedChain,
): readonly CertificateSite[] {
  const sites = [...entrySites(plan, chainOf), ...adoptedSites(plan, chainOf), ...fileSites(plan, chainOf)];
  return [...new Map(sites.map((site) => [JSON.stringify([site.identityId, site.at]), site])).values()];
}

/** What stands in a site, each certificate with its use. */
export function placedAt(
  { identityId, hostId, path, at, holds }: CertificateSite,
  certificates: readonly DatedCertificate[],
): PlacedCertificate[] {
  const alias = "storeId" in at ? { alias: at.alias } : {};
  return certificates.map((certificate, index) => {
    const use = holds === "identity" ? (index === 0 ? "presented" : "chain") : holds;
    return { certificate, identityId, place: { hostId, path, ...alias, use } };
  });
}

function entrySites(plan: TrustPlan, chainOf: ChainOf): CertificateSite[] {
  const { store: storeOf, identity: identityOf } = planIndex(plan);
  return plan.entries.flatMap((entry): CertificateSite[] => {
    const { identityId, storeId, alias } = entry;
    const store = storeOf(storeId);
    const known = identityOf(identityId);
    const chain = known === undefined ? undefined : chainOf(known);
    // Of what is there already, nobody here knows the alias.
    if (store === undefined || chain === undefined || isLeftOut(entry)) return [];
    const site = { identityId, hostId: store.hostId, path: store.path, at: { storeId, alias } };
    return entry.kind === "key"
      ? [{ ...site, holds: "identity", pinned: chain.chain }]
      : [{ ...site, holds: "trusted", pinned: [certificateAt(chain, entry.part)] }];
  });
}

/** Keys that stay on their hosts, where they are presented from. */
function adoptedSites(plan: TrustPlan, chainOf: ChainOf): CertificateSite[] {
  const { store: storeOf } = planIndex(plan);
  return plan.identities.flatMap((identity): CertificateSite[] => {
    const { id: identityId, request } = identity;
    if (request.kind !== "existing") return [];
    const { storeId, alias } = request;
    const store = storeOf(storeId);
    if (store === undefined) return [];
    const { hostId, path } = store;
    const pinned = chainOf(identity)?.chain ?? [];
    return [{ identityId, hostId, path, at: { storeId, alias }, holds: "identity", pinned }];
  });
}

function fileSites(plan: TrustPlan, chainOf: ChainOf): CertificateSite[] {
  const presented = new Set(
    [...plan.endpoints, ...plan.bindings].flatMap(({ identity }) => certificateFile(identity)),
  );
  const { identity: identityOf } = planIndex(plan);
  return plan.files.flatMap((file): CertificateSite[] => {
    const { id: fileId, hostId, path } = file;
    return certificatesIn(file).map(({ identityId, part }): CertificateSite => {
      const known = identityOf(identityId);
      const chain = known === undefined ? undefined : chainOf(known);
      const pinned = chain === undefined ? [] : part === "chain" ? chain.chain : [certificateAt(chain, part)];
      const holds = presented.has(fileId)
        ? "identity"
        : file.content.kind === "anchors"
          ? "trusted"
          : "delivered";
      return { identityId, hostId, path, at: { fileId }, holds, pinned };
    });
  });
}

function certificateFile(identity: IdentityLocation): string[] {
  return identity.kind === "pem" ? [identity.certificateFileId] : [];
}

function certificatesIn({ content }: FilePlan) {
  switch (content.kind) {
    case "certificate":
      return [content];
    case "anchors":
      return content.anchors;
    case "text":
    case "private-key":
      return [];
    default:
      return content satisfies never;
  }
}
