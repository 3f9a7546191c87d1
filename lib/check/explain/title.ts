import { type HopPlan, type TrustPlan, planIndex } from "../../model";
import { formatAddress } from "../../model/formatAddress";

/** A call as the table of hops names it: `CLIENT → ADDRESS:PORT`. */
export function formatTitle(plan: TrustPlan, hop: HopPlan): string {
  return `${hop.clientName} → ${formatTarget(plan, hop)}`;
}

/** `ADDRESS:PORT`; an IPv6 address in brackets. */
export function formatTarget(plan: TrustPlan, { address, endpointId }: HopPlan): string {
  const port = planIndex(plan).endpoint(endpointId)?.port;
  return port === undefined ? address : formatAddress(address, port);
}
