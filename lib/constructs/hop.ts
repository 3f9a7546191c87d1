import { Construct } from "constructs";
import type { AnchorsLocation, TlsRuntime } from "../model";
import type { IEndpoint } from "./httpsCallbackEndpoint";
import type { IHost } from "./host";
import { subjectAltName } from "./names";
import { contributes } from "./planContribution";

/** How a client calls, whatever it trusts and presents. */
export interface CallOptions {
  /** Name or address in the client's URL. @default - the endpoint's first name */
  readonly address?: string;
  /** Whose TLS the client uses. @default "java" */
  readonly runtime?: TlsRuntime;
  /** Whether the client compares the certificate's names with the address. @default true */
  readonly verifiesName?: boolean;
  /** For people: the system that calls. @default - the host's id */
  readonly clientName?: string;
}

export interface HopProps extends CallOptions {
  readonly endpoint: IEndpoint;
  readonly clientHost: IHost;
  readonly anchors: AnchorsLocation;
  /** Id of the binding whose identity the client presents. @default - it presents none */
  readonly bindingId?: string;
}

/** One client system calling one endpoint. Declared by the nouns that make a client trust or present something. */
export class Hop extends Construct {
  constructor(scope: Construct, id: string, props: HopProps) {
    super(scope, id);
    const address = props.address ?? props.endpoint.names[0] ?? "";
    subjectAltName(address);
    contributes(this, () => ({
      hosts: [props.clientHost.plan],
      hops: [
        {
          id: this.node.path,
          endpointId: props.endpoint.endpointId,
          address,
          clientHostId: props.clientHost.hostId,
          clientName: props.clientName ?? props.clientHost.hostId,
          anchors: props.anchors,
          runtime: props.runtime ?? "java",
          verifiesName: props.verifiesName ?? true,
          ...(props.bindingId === undefined ? {} : { bindingId: props.bindingId }),
        },
      ],
    }));
  }
}
