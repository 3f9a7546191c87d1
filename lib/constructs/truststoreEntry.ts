import { Construct } from "constructs";
import type { ChainPart, OnForeign } from "../model";
import { type CallOptions, Hop, callOf, callOptionShapes } from "./hop";
import type { IEndpoint } from "./endpoint";
import { type ITrustable, trustableProp } from "./identity";
import { planIdOf, stateKey } from "./key";
import { type IKeystore, keystoreProp } from "./keystore";
import { contributes } from "./planContribution";
import { type PropShapes, chainPart, flag, onForeign, optional, requireProps, text } from "./props";
import { requireStrict, type Strictness, strictnessShapes } from "./strictness";

export interface TruststoreEntryDetails extends CallOptions {
  /** The store that the entry is in. */
  readonly truststore: IKeystore;
  /** Name of the entry in the store. */
  readonly alias: string;
  /** An endpoint that is going to be called, or whatever else has a certificate: an authority, a binding, a partner. */
  readonly trusts: ITrustable;
  /** Which certificate of the chain. @default "anchor" */
  readonly part?: ChainPart;
  /** Leaves the entry out where the store already holds the certificate under another's alias. @default false */
  readonly unlessAlreadyTrusted?: boolean;
  /** What to do with an entry of somebody else's under the alias. @default "refuse" */
  readonly onForeign?: OnForeign;
  /** Key in the plan and in Terraform's addresses. @default - the path below the stack */
  readonly key?: string;
}

export type TruststoreEntryProps = TruststoreEntryDetails & Strictness;

const shapes: PropShapes<TruststoreEntryProps> = {
  ...callOptionShapes,
  ...strictnessShapes,
  truststore: keystoreProp,
  alias: text,
  trusts: trustableProp,
  part: optional(chainPart),
  unlessAlreadyTrusted: optional(flag),
  onForeign: optional(onForeign),
  key: optional(text),
};

/**
 * A certificate that a truststore is to hold. Where it is an endpoint's, the truststore's system is
 * taken to call that endpoint: the hop is rehearsed and verified.
 */
export class TruststoreEntry extends Construct {
  readonly truststore: IKeystore;
  readonly alias: string;
  /** What is trusted. */
  readonly trusts: ITrustable;

  constructor(scope: Construct, id: string, props: TruststoreEntryProps) {
    super(scope, id);
    requireProps(this.node.path, shapes, props);
    stateKey(this, props.key);
    this.truststore = props.truststore;
    this.alias = props.alias;
    this.trusts = props.trusts;
    props.truststore.claimAlias(props.alias, this);
    if (isEndpoint(props.trusts)) {
      new Hop(this, "Hop", {
        ...callOf(props),
        endpoint: props.trusts,
        clientHost: props.truststore.host,
        anchors: props.truststore.anchors,
      });
    } else {
      requireStrict(this.node.path, props);
    }
    const { identity } = props.trusts;
    contributes(this, () => ({
      identities: [identity, ...identity.authorities].map(({ plan }) => plan),
      entries: [
        {
          kind: "anchor",
          id: planIdOf(this),
          storeId: props.truststore.storeId,
          alias: props.alias,
          identityId: identity.identityId,
          part: props.part ?? "anchor",
          unlessAlreadyTrusted: props.unlessAlreadyTrusted ?? false,
          onForeign: props.onForeign ?? "refuse",
        },
      ],
    }));
  }
}

function isEndpoint(trusted: ITrustable): trusted is IEndpoint {
  return "endpointId" in trusted;
}
