import { groupBy } from "../../../model/groupBy";
import { ordered } from "../order";
import {
  BRANCH_KINDS,
  type Branch,
  type BranchKind,
  type IssuerBranch,
  type MapEndpoint,
  type MapHop,
} from "./mapData";

const NAMES: Readonly<Record<Exclude<BranchKind, "ours" | "outside">, string>> = {
  "public-roots": "Public roots",
  "self-signed": "Self-signed, pinned one by one",
  unknown: "Not known here",
};

/**
 * Anchors with what they vouch for. By kind, then by name, never by count: where a count decided, a renewal would swap
 * two of them between a map and the next.
 */
export function treeOf(hops: readonly MapHop[]): readonly Branch[] {
  // Of an endpoint that lost a hop, what it presents now is what counts.
  const nowLast = ordered(hops, ({ change }) => [change === "removed" ? 0 : 1]);
  const endpoints = [...new Map(nowLast.map(({ endpoint }) => [endpoint.key, endpoint])).values()];
  const callsOf = groupBy(hops, ({ endpoint }) => endpoint.key);
  const hopsTo = (some: readonly MapEndpoint[]) =>
    some.reduce((sum, { key }) => sum + (callsOf.get(key)?.length ?? 0), 0);
  const branches = [...groupBy(endpoints, branchKey).values()].map((below): Branch => {
    const [first] = below;
    const { kind, anchor } = first?.branch ?? { kind: "unknown" as const };
    return {
      kind,
      ...(anchor === undefined ? {} : { certificate: anchor }),
      name: kind === "ours" || kind === "outside" ? (anchor?.name ?? "") : NAMES[kind],
      issuers: issuersOf(below, hopsTo),
      hops: hopsTo(below),
    };
  });
  return ordered(branches, ({ kind, name, certificate }) => [
    BRANCH_KINDS.indexOf(kind),
    name,
    certificate?.sha256 ?? "",
  ]);
}

/** What the anchor issued itself comes first. */
function issuersOf(
  endpoints: readonly MapEndpoint[],
  hopsTo: (some: readonly MapEndpoint[]) => number,
): readonly IssuerBranch[] {
  const issuers = [...groupBy(endpoints, ({ branch }) => branch.issuer?.sha256).values()].map(
    (below): IssuerBranch => {
      const issuer = below[0]?.branch.issuer;
      return {
        ...(issuer === undefined ? {} : { certificate: issuer }),
        endpoints: ordered(below, ({ group, label, name, port, key }) => [group, label, name, port, key]),
        hops: hopsTo(below),
      };
    },
  );
  return ordered(issuers, ({ certificate }) => [certificate?.name ?? "", certificate?.sha256 ?? ""]);
}

function branchKey({ branch: { kind, anchor } }: MapEndpoint): string {
  return `${kind} ${anchor?.sha256 ?? ""}`;
}
