import type { Construct } from "constructs";
import { Call, type CallDetails, type Callee, type Strictness } from "../../constructs";
import { keyOf, planIdOf } from "../../constructs/key";
import { contributes } from "../../constructs/planContribution";
import type { JavaRuntimePlan } from "../../model";
import { passwordVariable } from "../passwordVariable";
import type { BasicAuthentication, IsCallChoice } from "./callAuthentication";
import type { ConsumerEndpointConfiguration } from "./integrationServerConfiguration";
import { IntegrationServerIdentity } from "./integrationServerIdentity";
import type { IntegrationServerTruststore } from "./integrationServerStores";

export interface IntegrationServerCallDetails extends Omit<CallDetails, "as" | "alias"> {
  /** Whom the server speaks for: `server.identity(…)`, or user and password; another one in each environment with `env.choose`. */
  readonly as: IntegrationServerIdentity | BasicAuthentication;
  /** How a flow service chooses that identity. @default - `IsCall.setKeyAndChain()` */
  readonly by?: IsCallChoice;
  /**
   * What the server trusts on the call: its global truststore, or one that the flow service hands over with it.
   *
   * @default - the global truststore, otherwise the server's only one
   */
  readonly truststore?: IntegrationServerTruststore;
}

export type IntegrationServerCallProps = IntegrationServerCallDetails & Strictness;

/** What a flow service maps into a web service connector; its `privateKey` and `certChain` stay unmapped. */
export interface ConnectorInputs {
  readonly auth: {
    readonly transport: {
      readonly serverCerts: { readonly keyStoreAlias: string; readonly keyAlias: string };
    };
  };
  readonly useJSSE: "yes";
}

/** One call of an Integration Server, with the identity that is chosen for it. */
export class IntegrationServerCall extends Call {
  readonly truststore: IntegrationServerTruststore;
  readonly maxKeepAliveConnections: number | undefined;
  /** Whether the flow service hands the truststore over with the call. */
  readonly handsOverTruststore: boolean;
  /** Inputs of `pub.security.keystore:setKeyAndChain`, for the call after it; undefined for basic authentication. */
  readonly setKeyAndChain: { readonly keyStoreAlias: string; readonly keyAlias: string } | undefined;
  /** User, where the server authenticates with user and password. */
  readonly basicUser: string | undefined;
  /** What the server is told where an endpoint alias was asked for. */
  readonly consumerEndpoint: ConsumerEndpointConfiguration | undefined;

  constructor(
    server: Construct,
    truststore: IntegrationServerTruststore,
    callee: Callee,
    { as, by, ...props }: Omit<IntegrationServerCallDetails, "truststore"> & Strictness,
    runtime: JavaRuntimePlan = { kind: "java" },
  ) {
    const identity = as instanceof IntegrationServerIdentity ? as : undefined;
    const name = identity?.name ?? server.node.id;
    super(
      server,
      callee,
      {
        ...props,
        ...(identity === undefined ? {} : { as: identity, alias: identity.keyAlias }),
      },
      {
        host: truststore.host,
        name,
        label: `Integration Server, ${name}`,
        runtime,
        truststore: () => truststore,
        trustAlias: ({ address }) => aliasFor(address),
        bindingKey: ({ call, id }) => `${keyOf(call)}/${id}`,
      },
    );
    this.truststore = truststore;
    this.maxKeepAliveConnections = by?.kind === "set-key-and-chain" ? by.maxKeepAliveConnections : undefined;
    this.handsOverTruststore = by?.kind === "set-key-and-chain" && by.handsOverTruststore === true;
    if (identity !== undefined)
      this.setKeyAndChain = { keyStoreAlias: identity.keystore.alias, keyAlias: identity.keyAlias };
    const basic = "password" in as ? as : undefined;
    this.basicUser = basic?.user;
    this.consumerEndpoint =
      by?.kind === "endpoint-alias" ? this.consumerEndpointCalled(by.name, basic) : undefined;
    contributes(this, () => ({ fingerprints: this.fingerprints }));
  }

  /** Inputs of a web service connector; undefined for basic authentication. */
  get connectorInputs(): ConnectorInputs | undefined {
    return (
      this.setKeyAndChain && {
        auth: { transport: { serverCerts: this.setKeyAndChain } },
        useJSSE: "yes",
      }
    );
  }

  /** What a flow service looks up about this call, as keys of `trust-calls.properties` without their prefix. */
  get settings(): (readonly [key: string, value: string])[] {
    return [
      ["url", `https://${this.address}:${this.port}`],
      ["authentication", this.setKeyAndChain === undefined ? "basic" : "certificate"],
      ...(this.setKeyAndChain === undefined
        ? []
        : ([
            ["keyStoreAlias", this.setKeyAndChain.keyStoreAlias],
            ["keyAlias", this.setKeyAndChain.keyAlias],
          ] as const)),
      ...(this.basicUser === undefined ? [] : [["user", this.basicUser] as const]),
      ...(this.consumerEndpoint === undefined
        ? []
        : [["endpointAlias", this.consumerEndpoint.alias] as const]),
      ...(this.handsOverTruststore ? [["trustStoreAlias", this.truststore.alias] as const] : []),
      ["useJSSE", "yes"],
      ...(this.maxKeepAliveConnections === undefined
        ? []
        : [["maxKeepAliveConnections", String(this.maxKeepAliveConnections)] as const]),
    ];
  }

  private consumerEndpointCalled(
    alias: string,
    basic: BasicAuthentication | undefined,
  ): ConsumerEndpointConfiguration {
    return {
      alias,
      host: this.address,
      port: this.port,
      ...(this.setKeyAndChain === undefined ? {} : { identity: this.setKeyAndChain }),
      ...(basic === undefined
        ? {}
        : {
            basic: {
              user: basic.user,
              passwordVariable: passwordVariable(this, basic.password, this.node.id),
            },
          }),
    };
  }

  private get fingerprints() {
    if (this.binding === undefined) return [];
    const { identityId } = this.binding.identity;
    const base = { identityId, part: "leaf" } as const;
    return [
      { ...base, id: `${planIdOf(this)}/Thumbprint`, algorithm: "sha1", notation: "plain" },
      { ...base, id: `${planIdOf(this)}/Sha256`, algorithm: "sha256", notation: "colons" },
    ] as const;
  }
}

/** A truststore entry's alias for a partner's address. */
function aliasFor(address: string): string {
  return address.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}
