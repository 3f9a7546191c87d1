import { Construct } from "constructs";
import type {
  ActivationWay,
  AnchorsLocation,
  ClientAuthentication,
  IdentityLocation,
  RuntimePlan,
} from "../model";
import { type Certificate, certificateProp } from "./certificate";
import { acceptanceOf } from "./acceptance";
import { activated, activationProp } from "./activation";
import type { Acceptance, Client, IEndpoint } from "./endpoint";
import { otherPort, repeatedName } from "./errors";
import type { IHost } from "./host";
import type { IIdentity, ITrustable } from "./identity";
import { planIdOf, stateKey } from "./key";
import { checkedListener } from "./listener";
import { type IPlace, placeProp } from "./place";
import { contributes } from "./planContribution";
import {
  type PropShapes,
  clientAuthentication,
  flag,
  made,
  number,
  optional,
  requireProps,
  runtime,
  text,
  textList,
} from "./props";
import { type ITruststore, truststoreProp } from "./truststore";

export interface HttpsCallbackEndpointProps {
  /** Host names and addresses under which clients reach it; the first is the canonical one. */
  readonly names: readonly string[];
  /** Port that it listens on, 1 to 65535. */
  readonly port: number;
  /** Where its identity stands: `keystore.entry("alias")` or `PemFiles.at(host, …)`. */
  readonly identity: IPlace;
  /** What it presents. @default - the identity that stands there already */
  readonly certificate?: Certificate;
  /** Whether clients are asked for a certificate. @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** Which client certificates are accepted: a keystore or an `AnchorsFile`. @default - none; needed where clients are asked for one */
  readonly truststore?: ITruststore;
  /** Whose TLS it speaks. @default - what reads the place: Java a keystore, OpenSSL PEM files */
  readonly runtime?: RuntimePlan;
  /**
   * Intermediates that a client's chain may have, as nginx's `ssl_verify_depth`, whose own default is 1.
   *
   * @default - as many as there are
   */
  readonly verifyDepth?: number;
  /**
   * The endpoint whose port it shares: the server presents this identity to clients that ask for one of these names
   * (SNI), and the other endpoint's to all else, above all to those that call it by an address.
   *
   * @default - it has its port for itself
   */
  readonly besides?: HttpsCallbackEndpoint;
  /**
   * Whether it refuses requests for a host that is no name of the certificate that it presents, whatever the client
   * verifies, as Jetty does from 10 on (`jetty.ssl.sniHostCheck`).
   *
   * @default false
   */
  readonly checksHost?: boolean;
  /** What lets the server read its identity and what it accepts again. @default - what the system that it belongs to does, otherwise nothing */
  readonly activation?: ActivationWay;
  /** Key in the plan, the lock and Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

const shapes: PropShapes<HttpsCallbackEndpointProps> = {
  names: textList,
  port: number,
  identity: placeProp,
  certificate: optional(certificateProp),
  clientAuthentication: optional(clientAuthentication),
  truststore: optional(truststoreProp),
  runtime: optional(runtime),
  verifyDepth: optional(number),
  besides: optional(made<HttpsCallbackEndpoint>("an HttpsCallbackEndpoint", "endpointId", "afterDeploy")),
  checksHost: optional(flag),
  activation: optional(activationProp),
  key: optional(text),
};

/**
 * An HTTPS listener that others call: its names, its port, and the identity it presents from a place. A server with
 * several names and certificates on one port is one such endpoint for each certificate.
 *
 * @throws DeclarationError `invalid-props`, `invalid-port`, `no-names`, `invalid-name`, `missing-truststore`, `other-port`,
 *   `repeated-name`
 */
export class HttpsCallbackEndpoint extends Construct implements IEndpoint {
  readonly endpointId: string;
  readonly host: IHost;
  readonly names: readonly string[];
  readonly port: number;
  readonly identity: IIdentity;
  readonly clientAuthentication: ClientAuthentication;
  private readonly truststore: ITruststore | undefined;
  private readonly hooks: string[] = [];
  /** The endpoint that answers where a client asks for no name that is known; itself, unless it shares another's port. */
  private readonly defaultEndpoint: HttpsCallbackEndpoint;
  private readonly servedNames = new Set<string>();

  constructor(scope: Construct, id: string, props: HttpsCallbackEndpointProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    const { clientAuthentication, use } = checkedListener(this, props, props.truststore !== undefined);
    const { host } = props.identity;
    const runtime = props.runtime ?? props.identity.runtime;

    this.endpointId = planIdOf(this);
    this.host = host;
    this.names = props.names;
    this.port = props.port;
    this.clientAuthentication = clientAuthentication;
    this.truststore = props.truststore;
    this.defaultEndpoint = props.besides?.defaultEndpoint ?? this;
    this.sharePort();
    const held = props.identity.hold(this, props.certificate, use);
    this.identity = held.identity;
    contributes(this, () => ({
      hosts: [host.plan],
      entries: held.entries,
      endpoints: [
        {
          id: this.endpointId,
          hostId: host.hostId,
          names: this.names,
          port: this.port,
          identityId: this.identity.identityId,
          identity: held.location,
          clientAuthentication,
          ...(props.truststore === undefined ? {} : { clientAnchors: props.truststore.anchors }),
          runtime,
          ...(props.verifyDepth === undefined ? {} : { verifyDepth: props.verifyDepth }),
          ...(this.defaultEndpoint === this ? {} : { defaultEndpointId: this.defaultEndpoint.endpointId }),
          ...(props.checksHost === true ? { checksHost: true } : {}),
          afterDeploy: [...this.hooks],
        },
      ],
      ...activated({
        id: this.endpointId,
        host,
        label: this.node.path,
        way: props.activation,
        ...readFrom(held.location, props.truststore?.anchors),
        endpointIds: [this.endpointId],
      }),
    }));
  }

  get endpoint(): this {
    return this;
  }

  get presents(): ITrustable {
    return this;
  }

  accepts(client: Client): Acceptance | undefined {
    return this.truststore === undefined ? undefined : acceptanceOf(this, this.truststore, client);
  }

  /** Adds a shell command that runs on the deploying machine after the endpoint's identity changed. */
  afterDeploy(command: string): this {
    this.hooks.push(command);
    return this;
  }

  /** Takes its names on its port, which no other endpoint there may have. */
  private sharePort(): void {
    const { host, port, servedNames } = this.defaultEndpoint;
    if (host.hostId !== this.host.hostId || port !== this.port)
      throw otherPort(this.node.path, this.defaultEndpoint.node.path);
    for (const name of new Set(this.names.map((one) => one.toLowerCase()))) {
      if (servedNames.has(name)) throw repeatedName(this.node.path, name);
      servedNames.add(name);
    }
  }
}

/** The stores and files that a server reads: its identity, and what it accepts. */
function readFrom(identity: IdentityLocation, anchors: AnchorsLocation | undefined) {
  return {
    storeIds: [identity, anchors].flatMap((place) => (place?.kind === "store" ? [place.storeId] : [])),
    fileIds: [
      ...(identity.kind === "pem" ? [identity.certificateFileId, identity.keyFileId] : []),
      ...(anchors?.kind === "pem" ? [anchors.fileId] : []),
    ],
  };
}
