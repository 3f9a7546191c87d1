import { Construct } from "constructs";
import type { ClientAuthentication } from "../model";
import type { Certificate } from "./certificate";
import type { IEndpoint } from "./httpsCallbackEndpoint";
import type { IIdentity } from "./identity";
import { checkedListener } from "./listener";
import { type PemFiles, placePemIdentity } from "./pemIdentity";
import { contributes } from "./planContribution";
import type { TrustFile } from "./trustFile";

export interface PemEndpointProps extends PemFiles {
  /** Host names and addresses under which clients reach it; the first is the canonical one. */
  readonly names: readonly string[];
  readonly port: number;
  readonly certificate: Certificate;
  /** @default "none" */
  readonly clientAuthentication?: ClientAuthentication;
  /** PEM file with what client certificates must lead to. @default - none; needed where clients are asked for one */
  readonly clientAnchors?: TrustFile;
}

/** An HTTPS listener whose identity stands in PEM files. */
export class PemEndpoint extends Construct implements IEndpoint {
  readonly endpointId: string;
  readonly names: readonly string[];
  readonly port: number;
  readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: PemEndpointProps) {
    super(scope, id);
    const { clientAuthentication, use } = checkedListener(this, props, props.clientAnchors !== undefined);

    this.endpointId = this.node.path;
    this.names = props.names;
    this.port = props.port;
    const placed = placePemIdentity(this, props, props.certificate, use);
    this.identity = placed.identity;
    contributes(this, () => ({
      hosts: [props.host.plan],
      endpoints: [
        {
          id: this.endpointId,
          hostId: props.host.hostId,
          names: this.names,
          port: this.port,
          identityId: this.identity.identityId,
          identity: placed.location,
          clientAuthentication,
          ...(props.clientAnchors === undefined
            ? {}
            : { clientAnchors: { kind: "pem" as const, fileId: props.clientAnchors.fileId } }),
          runtime: "openssl",
          afterDeploy: [],
        },
      ],
    }));
  }
}
