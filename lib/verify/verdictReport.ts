import { type HopVerdict, type TrustPlan, planIndex } from "../model";
import { isoSeconds } from "../model/day";
import { formatAddress } from "../model/formatAddress";
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
  /** Why the running server was not called; absent where it was, or was not to be. */
  readonly filesOnly?: string;
  /** When it was judged: ISO 8601, UTC, seconds. */
  readonly at: string;
}

/** What verdicts rest on. */
export interface VerdictBasis {
  readonly source: VerdictSource;
  /** When they were judged. */
  readonly at: Date;
  /**
   * By hop, why its running server was not called: what is said of it rests on what the hosts hold.
   *
   * @default none
   */
  readonly filesOnly?: ReadonlyMap<string, string>;
}

/**
 * Verdicts for tools, in the order given; those about hops that the plan does not declare are left out.
 */
export function reportVerdicts(
  plan: TrustPlan,
  verdicts: readonly HopVerdict[],
  { source, at, filesOnly }: VerdictBasis,
): VerdictReport[] {
  const { hop: hopOf, endpoint: endpointOf } = planIndex(plan);
  return verdicts.flatMap(({ hopId, ok, findings, ...verdict }): VerdictReport[] => {
    const hop = hopOf(hopId);
    const endpoint = hop === undefined ? undefined : endpointOf(hop.endpointId);
    if (hop === undefined || endpoint === undefined) return [];
    const { clientName: client } = hop;
    const server = systemOf(plan, endpoint.id)?.label ?? endpoint.names[0] ?? endpoint.id;
    const address = formatAddress(hop.address, endpoint.port);
    const why = filesOnly?.get(hopId);
    const basis = why === undefined ? { source } : { source: "deployed" as const, filesOnly: why };
    return [{ hopId, client, server, address, ok, ...verdict, ...basis, at: isoSeconds(at), findings }];
  });
}
