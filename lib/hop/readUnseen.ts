import { invisibleBags } from "../java";
import { type EndpointPlan, type Finding, type HopPlan, type TrustPlan, planIndex } from "../model";
import { finding } from "../rules";
import type { HopSource } from "./hopSource";

/** Says what the stores of Java sides hold and Java does not see, each store looked at once. */
export class UnseenReader {
  private readonly known = new Map<string, readonly Finding[]>();

  constructor(
    private readonly plan: TrustPlan,
    private readonly source: HopSource,
  ) {}

  /** Warnings: whether what is not seen is needed, the other rules tell. */
  of(hop: HopPlan, endpoint: EndpointPlan): readonly Finding[] {
    const binding = hop.bindingId === undefined ? undefined : planIndex(this.plan).binding(hop.bindingId);
    const locations = [
      ...(endpoint.runtime.kind === "java" ? [endpoint.identity, endpoint.clientAnchors] : []),
      ...(hop.runtime.kind === "java" ? [hop.anchors, binding?.identity] : []),
    ];
    const storeIds = locations.flatMap((location) => (location?.kind === "store" ? [location.storeId] : []));
    return [...new Set(storeIds)].flatMap((storeId) => this.inStore(storeId));
  }

  private inStore(storeId: string): readonly Finding[] {
    const known = this.known.get(storeId);
    if (known !== undefined) return known;
    const read = this.source.store(storeId);
    const reasons = read === undefined || "finding" in read ? [] : invisibleBags(read.value.store);
    const findings = reasons.map((reason) => finding(storeId, reason, "warning"));
    this.known.set(storeId, findings);
    return findings;
  }
}
