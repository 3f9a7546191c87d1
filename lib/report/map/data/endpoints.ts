import {
  type AnchorPlan,
  type EndpointPlan,
  type IdentityPlan,
  type TrustPlan,
  certificateAt,
  planIndex,
  stackOf,
} from "../../../model";
import { systemOf } from "../../../verify/systemOf";
import type { CertificateBook } from "./certificateBook";
import type { BranchPlace, MapEndpoint } from "./mapData";

/** The listeners of a plan, each read once. */
export class Endpoints {
  private readonly known = new Map<string, MapEndpoint>();
  private readonly ours: ReadonlySet<string>;

  constructor(
    private readonly plan: TrustPlan,
    private readonly book: CertificateBook,
  ) {
    this.ours = new Set(
      plan.identities.flatMap(({ request, pinned }) =>
        request.kind === "authority" && pinned !== undefined ? [pinned.anchor.sha256] : [],
      ),
    );
  }

  of(endpoint: EndpointPlan): MapEndpoint {
    const known = this.known.get(endpoint.id) ?? this.read(endpoint);
    this.known.set(endpoint.id, known);
    return known;
  }

  private read(endpoint: EndpointPlan): MapEndpoint {
    const { id, names, port, identityId } = endpoint;
    const identity = planIndex(this.plan).identity(identityId);
    const [name = id] = names;
    const pinned = identity?.pinned;
    return {
      key: id,
      name,
      port,
      label: systemOf(this.plan, id)?.label ?? name,
      group: stackOf(id),
      chain: pinned === undefined ? [] : this.book.all(pinned.chain),
      branch: identity === undefined ? this.branchOutside(endpoint) : this.branchOf(identity),
    };
  }

  private branchOf({ pinned }: IdentityPlan): BranchPlace {
    const anchor = this.book.of(pinned?.anchor.sha256);
    const [leaf, issuer] = pinned?.chain ?? [];
    if (pinned === undefined || anchor === undefined || leaf === undefined) return { kind: "unknown" };
    if (leaf.sha256 === anchor.sha256) return { kind: "self-signed" };
    const between = issuer?.sha256 === anchor.sha256 ? undefined : this.book.of(issuer?.sha256);
    const kind = this.ours.has(anchor.sha256) ? "ours" : "outside";
    return { kind, anchor, ...(between === undefined ? {} : { issuer: between }) };
  }

  /** Of somebody else's server, what it is known to lead to. */
  private branchOutside({ identity }: EndpointPlan): BranchPlace {
    const leadsTo = identity.kind === "outside" ? identity.leadsTo : undefined;
    if (leadsTo === "public-roots") return { kind: "public-roots" };
    const anchor = leadsTo === undefined ? undefined : this.book.of(sha256At(this.plan, leadsTo));
    return anchor === undefined ? { kind: "unknown" } : { kind: "outside", anchor };
  }
}

/** The certificate that a plan means; undefined before the lock has it. */
export function sha256At(plan: TrustPlan, { identityId, part }: AnchorPlan): string | undefined {
  const pinned = planIndex(plan).identity(identityId)?.pinned;
  return pinned === undefined ? undefined : certificateAt(pinned, part).sha256;
}
