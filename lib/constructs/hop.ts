import { Construct } from "constructs";
import type { AnchorsLocation, ClientProgram, RuntimePlan } from "../model";
import { type IListener, listenerProp } from "./endpoint";
import { type IHost, hostProp } from "./host";
import { planIdOf } from "./key";
import { subjectAltName } from "./names";
import { contributes } from "./planContribution";
import { type PropShapes, flag, ofKind, optional, programs, requireProps, runtime, text } from "./props";
import { letPass, type Strictness, strictnessShapes } from "./strictness";

/** How a client calls, whatever it trusts and presents. */
export interface CallOptions {
  /** Name or address in the client's URL. @default - the endpoint's first name */
  readonly address?: string;
  /** Whose TLS the client uses. @default - what reads the place of its identity; Java where it presents none */
  readonly runtime?: RuntimePlan;
  /** Whether the client compares the certificate's names with the address. @default true */
  readonly verifiesName?: boolean;
  /**
   * The programs that make the call, each of which must be able to: curl, Newman.
   *
   * @default - one that does as its runtime does
   */
  readonly programs?: readonly ClientProgram[];
  /** For people: the system that calls. @default - the host's id */
  readonly clientName?: string;
}

export const callOptionShapes: PropShapes<CallOptions> = {
  address: optional(text),
  runtime: optional(runtime),
  verifiesName: optional(flag),
  programs: optional(programs),
  clientName: optional(text),
};

/** What a declaration says of its call, without what else it says. */
export function callOf(props: CallOptions & Strictness): CallOptions & Strictness {
  const names = Object.keys({ ...callOptionShapes, ...strictnessShapes });
  const said = Object.entries(props).filter(([name]) => names.includes(name));
  return Object.fromEntries(said);
}

export interface HopDetails extends CallOptions {
  /** What is called. */
  readonly endpoint: IListener;
  /** The machine that calls. */
  readonly clientHost: IHost;
  /** Where the client finds the certificates that it trusts. */
  readonly anchors: AnchorsLocation;
  /** Id of the binding whose identity the client presents. @default - it presents none */
  readonly bindingId?: string;
}

export type HopProps = HopDetails & Strictness;

const shapes: PropShapes<HopProps> = {
  ...callOptionShapes,
  ...strictnessShapes,
  endpoint: listenerProp,
  clientHost: hostProp,
  anchors: ofKind<AnchorsLocation>("the anchors of a truststore: keystore.anchors", {
    store: true,
    pem: true,
    "public-roots": true,
    outside: true,
  }),
  bindingId: optional(text),
};

/** One client system calling one endpoint. Declared by the nouns that make a client trust or present something. */
export class Hop extends Construct {
  readonly hopId: string;

  constructor(scope: Construct, id: string, props: HopProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    this.hopId = planIdOf(this);
    const address = props.address ?? props.endpoint.names[0] ?? "";
    subjectAltName(address);
    const runtime = props.runtime ?? { kind: "java" as const };
    const exception = letPass(this.node.path, props);
    contributes(this, () => ({
      hosts: [props.clientHost.plan],
      hops: [
        {
          id: this.hopId,
          endpointId: props.endpoint.endpointId,
          address,
          clientHostId: props.clientHost.hostId,
          clientName: props.clientName ?? props.clientHost.hostId,
          anchors: props.anchors,
          runtime,
          ...(props.programs === undefined ? {} : { programs: props.programs }),
          verifiesName: props.verifiesName ?? true,
          ...exception,
          ...(props.bindingId === undefined ? {} : { bindingId: props.bindingId }),
        },
      ],
    }));
  }
}
