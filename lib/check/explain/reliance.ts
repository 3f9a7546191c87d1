import {
  type AnchorsLocation,
  type HopPlan,
  type IdentityPlan,
  type PinnedIdentity,
  type TrustPlan,
  certificateAt,
  planIndex,
} from "../../model";
import { formatTitle } from "./title";

/** What a certificate is to a call. */
export type RelianceRole =
  /** The server presents it as its own, or sends it along as an issuer. */
  | "server-presents"
  /** The client presents it as its own, or sends it along. */
  | "client-presents"
  /** The client trusts the server through it. */
  | "client-trusts"
  /** The server trusts the client through it. */
  | "server-trusts";

/** A call that relies on a certificate. */
export interface Reliance {
  readonly hopId: string;
  /** `CLIENT → ADDRESS:PORT`, for people. */
  readonly hop: string;
  readonly role: RelianceRole;
  /** Whether the call fails once the certificate goes. */
  readonly breaks: boolean;
  /** Why, or why not: a sentence without its end. */
  readonly why: string;
}

/** The calls of a plan that rely on a certificate, by what the plan pins and where it puts it. */
export function reliancesOn(plan: TrustPlan, sha256: string): readonly Reliance[] {
  return plan.hops.flatMap((hop) => reliancesOfHop(plan, hop, sha256));
}

function reliancesOfHop(plan: TrustPlan, hop: HopPlan, sha256: string): Reliance[] {
  const { endpoint: endpointOf, binding: bindingOf, identity } = planIndex(plan);
  const endpoint = endpointOf(hop.endpointId);
  if (endpoint === undefined) return [];
  const outside = endpoint.identity.kind === "outside" ? endpoint.identity.leadsTo : undefined;
  const partner = outside === undefined || outside === "public-roots" ? undefined : outside.identityId;
  const server = identity(endpoint.identityId ?? partner)?.pinned;
  const client = identity(bindingOf(hop.bindingId)?.identityId)?.pinned;
  const asks = endpoint.clientAuthentication !== "none";
  const about = { hopId: hop.id, hop: formatTitle(plan, hop) };
  const presented = (pinned: PinnedIdentity | undefined, side: "server" | "client"): Reliance[] => {
    const at = pinned?.chain.findIndex((one) => one.sha256 === sha256) ?? -1;
    if (at < 0) return [];
    // A root is sent along by habit; nobody needs it.
    if (at > 0 && pinned?.chain[at]?.subject === pinned?.chain[at]?.issuer) return [];
    const why =
      at === 0
        ? `the ${side} has nothing else to present`
        : `the ${side} would send its chain without it, which leads to nothing that is trusted`;
    return [{ ...about, role: `${side}-presents`, breaks: true, why }];
  };
  const trusted = (
    pinned: PinnedIdentity | undefined,
    location: AnchorsLocation | undefined,
    side: "client" | "server",
  ): Reliance[] => {
    if (pinned === undefined || location === undefined) return [];
    const path = new Set([...pinned.chain, pinned.anchor].map((one) => one.sha256));
    const anchors = anchorsIn(plan, location).filter((one) => path.has(one));
    if (!anchors.includes(sha256)) return [];
    const others = new Set(anchors.filter((one) => one !== sha256));
    const isOnly = others.size === 0;
    const other = side === "client" ? "server" : "client";
    const why = isOnly
      ? `the ${side} trusts the ${other} through nothing else that is declared`
      : `the ${side} trusts the ${other} through another certificate of its chain as well`;
    return [{ ...about, role: `${side}-trusts`, breaks: isOnly, why }];
  };
  return [
    ...presented(server, "server"),
    ...(asks ? presented(client, "client") : []),
    ...trusted(server, hop.anchors, "client"),
    ...(asks ? trusted(client, endpoint.clientAnchors, "server") : []),
  ];
}

/** SHA-256 of what the plan puts where one side finds what it trusts. */
function anchorsIn(plan: TrustPlan, location: AnchorsLocation): readonly string[] {
  const { entriesOf, file, identity } = planIndex(plan);
  const shaOf = (id: string, part: Parameters<typeof certificateAt>[1]): readonly string[] => {
    const pinned = identity(id)?.pinned;
    return pinned === undefined ? [] : [certificateAt(pinned, part).sha256];
  };
  switch (location.kind) {
    case "store":
      return entriesOf(location.storeId).flatMap((entry) =>
        entry.kind === "anchor" ? shaOf(entry.identityId, entry.part) : [],
      );
    case "pem": {
      const content = file(location.fileId)?.content;
      return content?.kind === "anchors"
        ? content.anchors.flatMap(({ identityId, part }) => shaOf(identityId, part))
        : [];
    }
    case "outside":
      return location.accepts.flatMap(({ identityId, part }) => shaOf(identityId, part));
    case "public-roots":
      return [];
  }
}

/** Whose certificate it is: of those that have it, the one whose own it is. */
export function ownerOfCertificate(plan: TrustPlan, sha256: string): IdentityPlan | undefined {
  const having = plan.identities.filter(({ pinned }) =>
    [...(pinned?.chain ?? []), pinned?.anchor].some((one) => one?.sha256 === sha256),
  );
  return having.find(({ pinned }) => pinned?.chain[0]?.sha256 === sha256) ?? having[0];
}
