import type { EnvironmentVerdicts, TrustPlan } from "../../lib/model";
import { isoSeconds } from "../../lib/model/day";
import { EstateCalls } from "./estateCalls";
import { EstateIdentities } from "./estateIdentities";
import { ESTATE_NOW, randomOf } from "./estateParts";
import { EstateServers } from "./estateServers";

export interface EstateOptions {
  readonly hops: number;
  /** Another seed gives another estate of the same size. @default 1 */
  readonly seed?: number;
  /** Endpoints whose certificate comes from the younger issuing authority, as after a renewal. @default - none */
  readonly renewed?: ReadonlySet<string>;
  /** Numbers of hops that are not there. @default - all are */
  readonly without?: ReadonlySet<number>;
  /** Numbers of hops that fail beside those that fail anyway. @default - none */
  readonly failing?: ReadonlySet<number>;
  /** Applied to every name that somebody else may have chosen. @default - names are as they are */
  readonly named?: (name: string) => string;
}

/** A made-up environment of any size, the same for the same options: who calls whom, with what, and what was found. */
export function estate(options: EstateOptions): EnvironmentVerdicts {
  const random = randomOf(options.seed ?? 1);
  const identities = new EstateIdentities(options);
  const servers = new EstateServers(options, identities, random);
  const { systems, endpoints } = servers;
  const calls = new EstateCalls(options, identities, servers, random);
  const hostIds = [
    ...new Set([...systems, ...endpoints.map(({ plan }) => plan)].map(({ hostId }) => hostId)),
  ];
  const plan: TrustPlan = {
    formatVersion: 2,
    toolVersion: "0.0.0",
    project: "estate",
    environment: "production",
    stack: "orders",
    hosts: hostIds.map((id) => ({
      id,
      platform: "posix",
      kind: "ssh",
      address: `ssh://${id}.internal.example.com`,
      connection: {},
    })),
    systems,
    identities: identities.all,
    stores: systems.map(({ id, hostId }) => ({
      id: `${id}/Truststore`,
      hostId,
      path: `/opt/secret-place/${hostId}/trust.p12`,
      profile: "modern",
      password: "env:TRUST",
      ifMissing: "create",
    })),
    entries: [...calls.entries.values()],
    endpoints: endpoints.map(({ plan: endpoint }) => endpoint),
    bindings: [...calls.bindings.values()],
    hops: calls.hops,
    files: [],
    configFiles: [],
    runbooks: [],
    fingerprints: [],
  };
  return { at: isoSeconds(ESTATE_NOW), plan, verdicts: calls.verdicts };
}
