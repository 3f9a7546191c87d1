import { Construct } from "constructs";
import type { ClientAuthentication, IdentityLocation, OnForeign, TlsRuntime } from "../model";
import type { Certificate } from "./certificate";
import type { IIdentity, ITrustable } from "./identity";
import { placeIdentity } from "./keyEntry";
import type { IKeystore } from "./keystore";
import { checkedListener } from "./listener";
import { contributes } from "./planContribution";
import type { Secret } from "./secret";

export interface HttpsCallbackEndpointProps {
  /** Host names and addresses under which clients reach it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  readonly keystore: IKeystore;
  readonly alias: string;
  readonly certificate: Certificate;
  /** @default - the keystore's password, which is what most products demand */
  readonly keyPassword?: Secret;
  /** @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /**
   * Who picks the alias from the keystore: the product, which names it in its own files, or Java's default key
   * manager, which takes one of the store's identities by key type and hash of the alias.
   *
   * @default "product"
   */
  readonly aliasChosenBy?: "product" | "java";
  /** Which client certificates are accepted. @default - none; needed where clients are asked for one */
  readonly truststore?: IKeystore;
  /** @default "java" */
  readonly runtime?: TlsRuntime;
  /** What to do with an entry of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

/** An HTTPS listener that others call. */
export interface IEndpoint extends ITrustable {
  readonly endpointId: string;
  readonly names: readonly string[];
  readonly port: number;
}

export class HttpsCallbackEndpoint extends Construct implements IEndpoint {
  readonly endpointId: string;
  readonly names: readonly string[];
  readonly port: number;
  readonly identity: IIdentity;
  private readonly hooks: string[] = [];

  constructor(scope: Construct, id: string, props: HttpsCallbackEndpointProps) {
    super(scope, id);
    const { clientAuthentication, use } = checkedListener(this, props, props.truststore !== undefined);

    this.endpointId = this.node.path;
    this.names = props.names;
    this.port = props.port;
    const placed = placeIdentity(this, { ...props, use });
    this.identity = placed.identity;
    const location: IdentityLocation =
      placed.location.kind === "store" && props.aliasChosenBy !== undefined
        ? { ...placed.location, chosenBy: props.aliasChosenBy }
        : placed.location;
    const clientAnchors =
      props.truststore === undefined
        ? {}
        : { clientAnchors: { kind: "store" as const, storeId: props.truststore.storeId } };
    contributes(this, () => ({
      hosts: [props.keystore.host.plan],
      entries: placed.entries,
      endpoints: [
        {
          id: this.endpointId,
          hostId: props.keystore.host.hostId,
          names: this.names,
          port: this.port,
          identityId: this.identity.identityId,
          identity: location,
          clientAuthentication,
          ...clientAnchors,
          runtime: props.runtime ?? "java",
          afterDeploy: [...this.hooks],
        },
      ],
    }));
  }

  /** Adds a shell command that runs on the deploying machine after the endpoint's identity changed. */
  afterDeploy(command: string): this {
    this.hooks.push(command);
    return this;
  }
}
