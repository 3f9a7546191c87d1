import {
  type EndpointPlan,
  type HopPlan,
  type HopVerdict,
  type TrustPlan,
  type VerdictReport,
  type VerdictSource,
  planIndex,
} from "../model";
import { isoSeconds } from "../model/day";
import { systemOf } from "./systemOf";

/**
 * Verdicts for tools, in the order given; those about hops that the plan does not declare are left out.
 *
 * @param basis what they rest on, and the time at which they were judged
 */
export function reportVerdicts(
  plan: TrustPlan,
  verdicts: readonly HopVerdict[],
  { source, at }: { readonly source: VerdictSource; readonly at: Date },
): VerdictReport[] {
  const { hop: hopOf, endpoint: endpointOf } = planIndex(plan);
  return verdicts.flatMap(({ hopId, ok, findings, ...verdict }): VerdictReport[] => {
    const hop = hopOf(hopId);
    const endpoint = hop === undefined ? undefined : endpointOf(hop.endpointId);
    if (hop === undefined || endpoint === undefined) return [];
    const { clientName: client } = hop;
    const server = systemOf(plan, endpoint.id)?.label ?? endpoint.names[0] ?? endpoint.id;
    const address = addressOf(hop, endpoint);
    return [{ hopId, client, server, address, ok, ...verdict, source, at: isoSeconds(at), findings }];
  });
}

/** `name:port`, as a client calls it. An IPv6 address stands in brackets before a port (RFC 3986, 3.2.2). */
export function addressOf({ address }: HopPlan, { port }: EndpointPlan): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]:${port}` : `${address}:${port}`;
}
