import { Construct } from "constructs";
import type { AnchorsLocation } from "../model";
import type { Certificate } from "./certificate";
import { type CallOptions, Hop } from "./hop";
import type { IEndpoint } from "./httpsCallbackEndpoint";
import type { IIdentity, ITrustable } from "./identity";
import { type PemFiles, placePemIdentity } from "./pemIdentity";
import { contributes } from "./planContribution";

export interface PemClientBindingProps extends PemFiles, CallOptions {
  readonly certificate: Certificate;
  /** The endpoint that the client calls with it. @default - one that is not declared here */
  readonly endpoint?: IEndpoint;
  /** What the client trusts on this hop. @default - the public roots */
  readonly anchors?: AnchorsLocation;
  /** Account that the endpoint's system maps the certificate to. @default - none */
  readonly user?: string;
}

/** Which identity a client presents from two PEM files, and whom it stands for. */
export class PemClientBinding extends Construct implements ITrustable {
  readonly bindingId: string;
  readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: PemClientBindingProps) {
    super(scope, id);
    this.bindingId = this.node.path;
    const placed = placePemIdentity(this, props, props.certificate, {
      purpose: "clientAuth",
      defaultCommonName: props.user ?? id,
      defaultNames: [],
    });
    this.identity = placed.identity;
    const { endpoint } = props;
    if (endpoint !== undefined) {
      new Hop(this, "Hop", {
        runtime: "openssl",
        ...props,
        endpoint,
        clientHost: props.host,
        anchors: props.anchors ?? { kind: "public-roots" },
        bindingId: this.bindingId,
      });
    }
    contributes(this, () => ({
      hosts: [props.host.plan],
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
