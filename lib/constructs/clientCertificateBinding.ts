import { Construct } from "constructs";
import { type Certificate, certificateProp } from "./certificate";
import { type IListener, listenerProp } from "./endpoint";
import { nothingTrusted } from "./errors";
import { type CallOptions, Hop, callOf, callOptionShapes } from "./hop";
import type { IIdentity, ITrustable } from "./identity";
import { planIdOf, stateKey } from "./key";
import { type HeldIdentity, type IPlace, placeProp } from "./place";
import { contributes } from "./planContribution";
import { type PropShapes, either, optional, publicRoots, requireProps, text } from "./props";
import { requireStrict, type Strictness, strictnessShapes } from "./strictness";
import { type ITruststore, truststoreProp } from "./truststore";

export interface ClientCertificateBindingDetails extends CallOptions {
  /** Where the identity that it presents stands: `keystore.entry("alias")` or `PemFiles.at(host, …)`. */
  readonly identity: IPlace;
  /** What it presents. @default - the identity that stands there already */
  readonly certificate?: Certificate;
  /**
   * The endpoint that the client calls with it.
   *
   * @default - a partner's that is not declared here, so that the call can be neither rehearsed nor verified
   */
  readonly endpoint?: IListener;
  /** What the client trusts on this hop. @default - nothing; needed where an endpoint is given */
  readonly truststore?: ITruststore | "public-roots";
  /** Common name of a certificate that is made for it. @default - the user, otherwise the client's name, otherwise the id */
  readonly commonName?: string;
  /** Account that the endpoint's system maps the certificate to. @default - none */
  readonly user?: string;
  /** Key in the plan, the lock and Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

export type ClientCertificateBindingProps = ClientCertificateBindingDetails & Strictness;

const shapes: PropShapes<ClientCertificateBindingProps> = {
  ...callOptionShapes,
  ...strictnessShapes,
  identity: placeProp,
  certificate: optional(certificateProp),
  endpoint: optional(listenerProp),
  truststore: optional(either(truststoreProp, publicRoots)),
  commonName: optional(text),
  user: optional(text),
  key: optional(text),
};

/** Which identity a client presents to an endpoint, and whom it stands for. */
export class ClientCertificateBinding extends Construct implements ITrustable {
  readonly bindingId: string;
  readonly identity: IIdentity;
  /** The call that it is presented on; undefined where no endpoint is declared. */
  readonly hop: Hop | undefined;

  constructor(scope: Construct, id: string, props: ClientCertificateBindingProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    this.bindingId = planIdOf(this);
    const held = props.identity.hold(this, props.certificate, {
      purpose: "clientAuth",
      defaultCommonName: props.commonName ?? props.user ?? props.clientName ?? id,
      defaultNames: [],
    });
    this.identity = held.identity;
    this.hop = this.hopOf(props);
    contributes(this, () => this.contribution(props, held));
  }

  private hopOf({ endpoint, truststore, ...props }: ClientCertificateBindingProps): Hop | undefined {
    if (endpoint === undefined) {
      requireStrict(this.node.path, props);
      return undefined;
    }
    if (truststore === undefined) throw nothingTrusted(this.node.path);
    return new Hop(this, "Hop", {
      runtime: props.identity.runtime,
      ...callOf(props),
      endpoint,
      clientHost: props.identity.host,
      anchors: truststore === "public-roots" ? { kind: truststore } : truststore.anchors,
      bindingId: this.bindingId,
    });
  }

  private contribution({ identity, user }: ClientCertificateBindingProps, held: HeldIdentity) {
    return {
      hosts: [identity.host.plan],
      entries: held.entries,
      bindings: [
        {
          id: this.bindingId,
          identityId: this.identity.identityId,
          identity: held.location,
          ...(user === undefined ? {} : { user }),
        },
      ],
    };
  }
}
