import { type HopVerdict, type TrustPlan, planIndex } from "../model";
import { isoSeconds } from "../model/day";
import { formatAddress } from "./address";
import { systemOf } from "./systemOf";

/**
 * What a verdict rests on: the rules alone, a handshake on bytes that are about to be delivered, what the hosts hold, or
 * a handshake with the server that runs.
 */
export type VerdictSource = "rules" | "rehearsed" | "deployed" | "live";

/** A verdict for tools, with what the plan says of its hop: the one JSON of a verdict, wherever one is printed. */
export interface VerdictReport extends HopVerdict {
  /** For people: the system that calls. */
  readonly client: string;
  /** For people: the system that is called, or the server's first name where that is no system. */
  readonly server: string;
  /** `name:port`, as the client calls it. */
  readonly address: string;
  readonly source: VerdictSource;
  /** When it was judged: ISO 8601, UTC, seconds. */
  readonly at: string;
}

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
    const address = formatAddress(hop.address, endpoint.port);
    return [{ hopId, client, server, address, ok, ...verdict, source, at: isoSeconds(at), findings }];
  });
}
