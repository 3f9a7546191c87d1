import type { PlanFacts } from "../../lib/check";
import type { EndpointPlan, HopPlan, StorePlan, TrustPlan } from "../../lib/model";

export const keystore: StorePlan = {
  id: "keystore",
  hostId: "server",
  path: "/opt/server/keystore",
  profile: "jks",
  password: "env:KEYSTORE_PASSWORD",
  ifMissing: "create",
};

export const truststore: StorePlan = {
  id: "truststore",
  hostId: "client",
  path: "/opt/client/truststore",
  profile: "jks",
  password: "env:TRUSTSTORE_PASSWORD",
  ifMissing: "create",
};

export const endpoint: EndpointPlan = {
  id: "endpoint",
  hostId: "server",
  names: ["server.example"],
  port: 8443,
  identityId: "identity",
  identity: { kind: "store", storeId: "keystore", alias: "server" },
  clientAuthentication: "none",
  runtime: { kind: "java" },
  afterDeploy: [],
};

export const call: HopPlan = {
  id: "client -> server",
  endpointId: "endpoint",
  address: "server.example",
  clientHostId: "client",
  clientName: "Client",
  anchors: { kind: "store", storeId: "truststore" },
  runtime: { kind: "java" },
  verifiesName: true,
};

/** A server with its keystore and a client with its truststore, but for what is given. */
export function plan(changes: Partial<TrustPlan> = {}): TrustPlan {
  return {
    formatVersion: 2,
    toolVersion: "0.1.0",
    systems: [],
    project: "test",
    environment: "test",
    stack: "pair",
    hosts: [
      { id: "server", kind: "local", platform: "posix", root: "hosts/server" },
      { id: "client", kind: "local", platform: "posix", root: "hosts/client" },
    ],
    identities: [
      {
        id: "identity",
        request: {
          kind: "self-signed",
          subject: { commonName: "server.example" },
          names: [{ kind: "dns", value: "server.example" }],
          keyAlgorithm: "ec-p256",
          validityDays: 365,
          extendedKeyUsages: [],
        },
      },
    ],
    stores: [keystore, truststore],
    entries: [
      {
        kind: "key",
        id: "key",
        storeId: "keystore",
        alias: "server",
        identityId: "identity",
        onForeign: "refuse",
      },
      {
        kind: "anchor",
        id: "anchor",
        storeId: "truststore",
        alias: "server",
        identityId: "identity",
        part: "anchor",
        unlessAlreadyTrusted: false,
        onForeign: "refuse",
      },
    ],
    endpoints: [endpoint],
    bindings: [],
    hops: [call],
    files: [],
    configFiles: [],
    fingerprints: [],
    runbooks: [],
    ...changes,
  };
}

/** Materials without hops, weak passwords or odd keys, but for what is given. */
export function planFacts(
  chains: Readonly<Record<string, readonly Uint8Array[]>>,
  changes: Partial<PlanFacts> = {},
): PlanFacts {
  return {
    hops: [],
    chains: new Map(Object.entries(chains)),
    weakStoreIds: new Set(),
    otherKeyPasswordEntryIds: new Set(),
    ...changes,
  };
}
