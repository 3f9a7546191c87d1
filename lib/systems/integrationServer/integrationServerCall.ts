import { Construct } from "constructs";
import {
  type CallOptions,
  ClientCertificateBinding,
  type IEndpoint,
  type IIdentity,
  type ITrustable,
} from "../../constructs";
import { contributes } from "../../constructs/planContribution";
import type { OnForeign } from "../../model";
import type { PartnerAddress } from "../calledSystem";
import { type CallAuthentication, authenticationFor } from "./callAuthentication";
import { notPresented } from "../errors";
import type { ConsumerEndpointConfiguration } from "./integrationServerConfiguration";
import type { IntegrationServerTruststore } from "./integrationServerStores";
import { passwordVariable } from "../passwordVariable";

export interface IntegrationServerCallProps extends CallOptions {
  /** Whom the server calls. */
  readonly calls: IEndpoint | PartnerAddress;
  readonly authentication: CallAuthentication;
  readonly truststore: IntegrationServerTruststore;
  /** Name of a consumer web service endpoint alias to create. @default - none */
  readonly endpointAlias?: string;
  /**
   * How many connections `pub.client:http` may keep open for later calls (`maxKeepAliveConnections`); 0 opens a
   * new one for each, so that no call goes out under another's identity.
   *
   * @default - the server's own setting
   */
  readonly maxKeepAliveConnections?: number;
  /** Account that the partner maps the certificate to. @default - none */
  readonly user?: string;
  /** What to do with a key of somebody else's under the key alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

/** What a flow service maps into a web service connector; its `privateKey` and `certChain` stay unmapped. */
export interface ConnectorInputs {
  readonly auth: {
    readonly transport: {
      readonly serverCerts: { readonly keyStoreAlias: string; readonly keyAlias: string };
    };
  };
  readonly useJSSE: "yes";
}

/** One call of an Integration Server to a partner, with the identity that is chosen for it. */
export class IntegrationServerCall extends Construct implements ITrustable {
  readonly address: string;
  readonly port: number;
  readonly truststore: IntegrationServerTruststore;
  readonly maxKeepAliveConnections: number | undefined;
  /** Undefined where the environment authenticates with user and password. */
  readonly binding: ClientCertificateBinding | undefined;
  /** Inputs of `pub.security.keystore:setKeyAndChain`, for the call after it; undefined for basic authentication. */
  readonly setKeyAndChain: { readonly keyStoreAlias: string; readonly keyAlias: string } | undefined;
  /** User, where the environment authenticates with user and password. */
  readonly basicUser: string | undefined;
  /** What the server is told where an endpoint alias was asked for. */
  readonly consumerEndpoint: ConsumerEndpointConfiguration | undefined;

  constructor(scope: Construct, id: string, props: IntegrationServerCallProps) {
    super(scope, id);
    const { calls, truststore } = props;
    const endpoint = "endpointId" in calls ? calls : undefined;
    this.address = "address" in calls ? calls.address : (props.address ?? calls.names[0] ?? "");
    this.port = calls.port;
    this.truststore = truststore;
    this.maxKeepAliveConnections = props.maxKeepAliveConnections;
    if (endpoint !== undefined) truststore.trusts(aliasFor(this.address), endpoint);

    const authentication = authenticationFor(this, props.authentication);
    if (authentication.kind === "certificate") {
      const { keystore, keyAlias } = authentication;
      keystore.useKey(keyAlias);
      this.binding = new ClientCertificateBinding(this, id, {
        ...props,
        keystore,
        alias: keyAlias,
        certificate: authentication.certificate,
        ...(endpoint === undefined ? {} : { endpoint }),
        clientName: props.clientName ?? `Integration Server, ${id}`,
      });
      this.setKeyAndChain = { keyStoreAlias: keystore.alias, keyAlias };
    } else {
      this.basicUser = authentication.user;
    }
    this.consumerEndpoint =
      props.endpointAlias === undefined
        ? undefined
        : {
            alias: props.endpointAlias,
            host: this.address,
            port: this.port,
            ...(this.setKeyAndChain === undefined ? {} : { identity: this.setKeyAndChain }),
            ...(authentication.kind === "basic"
              ? {
                  basic: {
                    user: authentication.user,
                    passwordVariable: passwordVariable(authentication.password, id),
                  },
                }
              : {}),
          };
    contributes(this, () => ({ fingerprints: this.fingerprints }));
  }

  /**
   * What the partner must trust to accept this call.
   *
   * @throws SystemError `not-presented` where the environment authenticates with user and password
   */
  get identity(): IIdentity {
    if (this.binding === undefined) throw notPresented(this.node.path);
    return this.binding.identity;
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
      ["useJSSE", "yes"],
      ...(this.maxKeepAliveConnections === undefined
        ? []
        : [["maxKeepAliveConnections", String(this.maxKeepAliveConnections)] as const]),
    ];
  }

  private get fingerprints() {
    if (this.binding === undefined) return [];
    const { identityId } = this.binding.identity;
    const base = { identityId, part: "leaf" } as const;
    return [
      { ...base, id: `${this.node.path}/Thumbprint`, algorithm: "sha1", notation: "plain" },
      { ...base, id: `${this.node.path}/Sha256`, algorithm: "sha256", notation: "colons" },
    ] as const;
  }
}

/** A truststore entry's alias for a partner's address. */
function aliasFor(address: string): string {
  return address.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}
