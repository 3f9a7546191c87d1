import { type HopVerdict, type TrustPlan, type VerdictReport, type VerdictSource, planIndex } from "../model";
import { isoSeconds } from "../model/day";
import { formatAddress } from "../model/formatAddress";
import { systemOf } from "./systemOf";

/**
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
