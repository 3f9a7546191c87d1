import { type HostPlan, type PlanIndex, hostAddress } from "../../model";

/** A host that Terraform delivers to, and how. */
export interface ReachedHost {
  readonly host: HostPlan;
  readonly address: string;
}

/** The host of an id; undefined for one that nobody may log in to, which gets a bundle instead (`bundle.ts`). */
export function reachedHost(index: PlanIndex, hostId: string): ReachedHost | undefined {
  const host = index.host(hostId);
  const address = host === undefined ? undefined : hostAddress(host, ".");
  return host === undefined || address === undefined ? undefined : { host, address };
}
