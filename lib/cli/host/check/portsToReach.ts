import type { TrustPlan } from "../../../model";

/** A TCP end that a host's systems call. */
export interface PortToReach {
  readonly host: string;
  readonly port: number;
  /** For people: what listens there. */
  readonly endpointId: string;
}

/** What the systems of a host call, each end once, in the order of the calls. */
export function portsToReach(plans: readonly TrustPlan[], clientHostId: string): readonly PortToReach[] {
  const endpoints = new Map(
    plans.flatMap((plan) => plan.endpoints).map((endpoint) => [endpoint.id, endpoint]),
  );
  const ports = new Map<string, PortToReach>();
  for (const hop of plans.flatMap((plan) => plan.hops)) {
    const endpoint = endpoints.get(hop.endpointId);
    if (hop.clientHostId !== clientHostId || endpoint === undefined) continue;
    const { port } = endpoint;
    ports.set(`${hop.address}:${port}`, { host: hop.address, port, endpointId: hop.endpointId });
  }
  return [...ports.values()];
}
