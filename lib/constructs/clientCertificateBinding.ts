import { Construct } from "constructs";
import type { OnForeign } from "../model";
import type { Certificate } from "./certificate";
import { nothingTrusted } from "./errors";
import { type CallOptions, Hop } from "./hop";
import type { IEndpoint } from "./httpsCallbackEndpoint";
import type { IIdentity, ITrustable } from "./identity";
import { placeIdentity } from "./keyEntry";
import type { IKeystore } from "./keystore";
import { contributes } from "./planContribution";
import type { Secret } from "./secret";

export interface ClientCertificateBindingProps extends CallOptions {
  /** Where the client keeps the identity it presents. */
  readonly keystore: IKeystore;
  readonly alias: string;
  readonly certificate: Certificate;
  /** @default - the keystore's password */
  readonly keyPassword?: Secret;
  /**
   * The endpoint that the client calls with it.
   *
   * @default - a partner's that is not declared here, so that the call can be neither rehearsed nor verified
   */
  readonly endpoint?: IEndpoint;
  /** What the client trusts on this hop. @default - nothing; needed where an endpoint is given */
  readonly truststore?: IKeystore;
  /** Account that the endpoint's system maps the certificate to. @default - none */
  readonly user?: string;
  /** What to do with an entry of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
}

/** Which identity a client presents to an endpoint, and whom it stands for. */
export class ClientCertificateBinding extends Construct implements ITrustable {
  readonly bindingId: string;
  readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: ClientCertificateBindingProps) {
    super(scope, id);
    this.bindingId = this.node.path;
    const placed = placeIdentity(this, {
      ...props,
      use: { purpose: "clientAuth", defaultCommonName: props.user ?? id, defaultNames: [] },
    });
    this.identity = placed.identity;
    const { endpoint, truststore } = props;
    if (endpoint !== undefined) {
      if (truststore === undefined) throw nothingTrusted(this.node.path);
      new Hop(this, "Hop", {
        ...props,
        endpoint,
        clientHost: props.keystore.host,
        anchors: { kind: "store", storeId: truststore.storeId },
        bindingId: this.bindingId,
      });
    }
    contributes(this, () => ({
      hosts: [props.keystore.host.plan],
      entries: placed.entries,
      bindings: [
        {
          id: this.bindingId,
          identityId: this.identity.identityId,
          identity: placed.location,
          ...(props.user === undefined ? {} : { user: props.user }),
        },
      ],
    }));
  }
}
