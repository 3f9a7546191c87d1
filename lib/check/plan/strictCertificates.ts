import { type HopPlan, type TrustPlan, planIndex } from "../../model";
import { type Certificate, parsed } from "../../pki";

/** Which certificates are presented only on calls that are declared with `strict: false`, where the hops tell. */
export class StrictCertificates {
  private readonly isLetPass = new Map<string, boolean>();

  /** @param chains by identity id */
  constructor(plan: TrustPlan, chains: ReadonlyMap<string, readonly Uint8Array[]>) {
    for (const hop of plan.hops) {
      for (const der of presentedOn(hop, plan).flatMap((id) => chains.get(id) ?? [])) {
        const { sha256 } = parsed(der);
        const before = this.isLetPass.get(sha256) ?? true;
        this.isLetPass.set(sha256, before && !isStrictCall(hop, plan));
      }
    }
  }

  /** Whether it is for the rules over the plan to refuse it; also where no call presents it. */
  has({ sha256 }: Certificate): boolean {
    return this.isLetPass.get(sha256) !== true;
  }
}

/** Whether the rules over the plan refuse what a call presents; of a partner nobody knows what it would let pass. */
export function isStrictCall({ endpointId, letPassBecause }: HopPlan, plan: TrustPlan): boolean {
  return letPassBecause === undefined || planIndex(plan).endpoint(endpointId)?.identity.kind === "outside";
}

function presentedOn({ endpointId, bindingId }: HopPlan, plan: TrustPlan): string[] {
  const { endpoint, binding } = planIndex(plan);
  return [endpoint(endpointId)?.identityId, binding(bindingId)?.identityId].flatMap((id) => id ?? []);
}
