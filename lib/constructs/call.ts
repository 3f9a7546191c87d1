import { Construct, type IConstruct } from "constructs";
import type { ClientProgram, RuntimePlan } from "../model";
import type { Certificate } from "./certificate";
import { ClientCertificateBinding } from "./clientCertificateBinding";
import type { Acceptance, Client, ICallee, IListener } from "./endpoint";
import { notPresented, nothingToPresentFrom, nowhereHeld, repeatedCall } from "./errors";
import { Hop } from "./hop";
import type { IHost } from "./host";
import type { IIdentity, ITrustable } from "./identity";
import { keyOf, planIdFor } from "./key";
import type { Partner } from "./partner";
import { type IPlace, chosen, whereHeld } from "./place";
import { type PropShapes, flag, leaf, optional, requireArgument, requireProps, text } from "./props";
import { type Strictness, strictnessOf, strictnessShapes } from "./strictness";
import type { ITruststore } from "./truststore";

/** Whom a system can call: another system, an endpoint, or somebody else's server. */
export type Callee = ICallee | Partner;

/**
 * What a client presents: a certificate that is placed in its own store, an identity that stands on its host already
 * (`server.identity`), or the place of one (`keystore.entry("alias")`, `PemFiles.at(host, …)`).
 */
export type Presented = Certificate | IIdentity | IPlace;

/** What is declared of a call, beside how strictly it is judged. */
export interface CallDetails {
  /** What the caller presents. @default - nothing: it only trusts */
  readonly as?: Presented;
  /** Tells calls of one caller apart. @default - the id of what is called, and `alias` where that is given */
  readonly id?: string;
  /**
   * Alias of the certificate in the caller's own store; of what it trusts where it presents nothing.
   *
   * @default - the id of the call; what is trusted is called what the called system says, otherwise `<id>-server`
   */
  readonly alias?: string;
  /** Account that the called system maps the certificate to; names a certificate that is made for it. @default - none */
  readonly user?: string;
  /** Name or address in the caller's URL. @default - the first name of what is called */
  readonly address?: string;
  /** Whether the caller compares the certificate's names with the address. @default true */
  readonly verifiesName?: boolean;
  /**
   * Key of what is presented, in the plan, the lock and Terraform's addresses; of the truststore's entry where nothing is.
   *
   * @default - the path below the stack
   */
  readonly key?: string;
}

export type CallProps = CallDetails & Strictness;

const presentedProp = leaf<Presented>(
  'what is presented: a Certificate, server.identity, or a place such as keystore.entry("alias")',
  (value) => isOneWith(value, "bind", "hold", "identityId"),
);

export const calleeProp = leaf<Callee>("a system, an endpoint, or a Partner", (value) =>
  isOneWith(value, "listenerFor", "endpoint"),
);

export const callShapes: PropShapes<CallProps> = {
  ...strictnessShapes,
  as: optional(presentedProp),
  id: optional(text),
  alias: optional(text),
  user: optional(text),
  address: optional(text),
  verifiesName: optional(flag),
  key: optional(text),
};

function isOneWith(value: unknown, ...members: readonly string[]): boolean {
  return typeof value === "object" && value !== null && members.some((name) => name in value);
}

/** What a system brings to each of its calls. */
export interface Caller {
  /** The machine that calls. */
  readonly host: IHost;
  /** What a certificate that is made for it is called, unless it stands for a user. */
  readonly name: string;
  /** For people: the system that calls. @default - the name */
  readonly label?: string;
  /** Whose TLS it uses. @default - what reads the place that it presents from; Java where it presents nothing */
  readonly runtime?: RuntimePlan;
  /** The programs that make its calls, each of which must be able to. @default - one that does as its runtime does */
  readonly programs?: readonly ClientProgram[];
  /** Who picks the alias where it presents an identity that stands in a store already. @default "java" */
  readonly chosenBy?: "product" | "java";
  /** What it trusts on a call. */
  truststore(call: CallContext): ITruststore | "public-roots";
  /** Where it keeps a certificate that it is given. @default - nowhere: it presents what stands at a place only */
  place?(call: CallContext): IPlace;
  /** Alias of what it trusts. @default - what the called system is known as, otherwise `<id of the call>-server` */
  trustAlias?(call: CallContext): string;
  /** Key of the truststore's entry. @default - `Trusts-<alias>` below the caller's */
  trustKey?(call: CallContext, alias: string): string;
  /** Key of the binding. @default - the call's */
  bindingKey?(call: CallContext): string;
}

/** What a system is told of a call that it is about to make. */
export interface CallContext {
  /** The construct of the call. */
  readonly call: Construct;
  readonly id: string;
  /** Alias that was asked for, otherwise the id. */
  readonly alias: string;
  readonly listener: IListener;
  /** Name or address in the caller's URL. */
  readonly address: string;
}

/** What a caller trusts of the system that it calls. */
export interface Trust {
  readonly truststore: ITruststore;
  /** Alias of the entry; PEM files have none. */
  readonly alias: string;
  readonly trusts: ITrustable;
}

/**
 * One system calling another over HTTPS, with both directions of trust: the caller trusts what it is shown, and the
 * called system accepts what it is shown.
 *
 * @throws DeclarationError `repeated-call`, `repeated-alias`, `unusable-certificate`, `missing-keystore`, `missing-reason`,
 *   `invalid-props`
 */
export class Call extends Construct implements ITrustable {
  /** Whom it calls. */
  readonly listener: IListener;
  /** Name or address in the caller's URL. */
  readonly address: string;
  readonly port: number;
  /** Undefined where the public roots are trusted, or where nothing is known of what the called system presents. */
  readonly trust: Trust | undefined;
  /** Undefined where nothing is presented. */
  readonly binding: ClientCertificateBinding | undefined;
  /** Undefined where nothing is presented, or where the called system keeps no list of those it accepts. */
  readonly accepted: Acceptance | undefined;
  readonly hop: Hop;
  private readonly anchorsIn: ITruststore | "public-roots";

  constructor(scope: Construct, callee: Callee, props: CallProps, caller: Caller) {
    requireArgument(callsOf(scope), "the first argument", calleeProp, callee);
    requireProps(callsOf(scope), callShapes, props);
    const called = calledBy(scope, callee);
    super(scope, freeId(scope, props.id ?? defaultId(called, props.alias)));
    const { id } = this.node;
    this.listener = called.listener;
    this.address = props.address ?? called.address ?? called.listener.names[0] ?? "";
    this.port = called.listener.port;
    const context: CallContext = {
      call: this,
      id,
      alias: props.alias ?? id,
      listener: called.listener,
      address: this.address,
    };

    this.anchorsIn = caller.truststore(context);
    this.trust = this.trusted(called, props, caller, context);
    const { as } = props;
    this.binding = as === undefined ? undefined : this.bind(as, props, caller, context);
    this.hop = this.binding?.hop ?? this.hopWithoutCertificate(props, caller);
    this.accepted =
      this.binding === undefined || called.listener.clientAuthentication === "none"
        ? undefined
        : called.accepts({
            name: props.user ?? caller.name,
            ...(props.alias === undefined || !isCertificate(props.as) ? {} : { alias: props.alias }),
            host: caller.host,
            call: this,
            presents: this.binding,
            ...(props.user === undefined ? {} : { user: props.user }),
          });
  }

  /**
   * What the caller presents.
   *
   * @throws DeclarationError `not-presented` where it presents nothing
   */
  get identity(): IIdentity {
    if (this.binding === undefined) throw notPresented(this.node.path);
    return this.binding.identity;
  }

  private trusted(
    { trustedAs }: Called,
    props: CallProps,
    caller: Caller,
    context: CallContext,
  ): Trust | undefined {
    const truststore = this.anchorsIn;
    const { presents } = this.listener;
    if (truststore === "public-roots" || presents === undefined || presents === "public-roots")
      return undefined;
    // What is stated for a call that presents nothing is stated for what it trusts.
    const stated = props.as === undefined ? props : {};
    const known = stated.alias ?? (props.id === undefined ? trustedAs : undefined);
    const alias = caller.trustAlias?.(context) ?? known ?? `${this.node.id}-server`;
    const byDefault = `${keyOf(this.node.scope ?? this)}/Trusts-${alias}`;
    const id = planIdFor(this, stated.key ?? caller.trustKey?.(context, alias) ?? byDefault);
    truststore.reliesOn({ id, alias, trusts: presents });
    return { truststore, alias, trusts: presents };
  }

  private bind(
    as: Presented,
    props: CallProps,
    caller: Caller,
    context: CallContext,
  ): ClientCertificateBinding {
    const { user } = props;
    return new ClientCertificateBinding(this, "Binding", {
      ...this.options(props, caller),
      ...strictnessOf(props),
      ...placed(this, as, caller, context),
      endpoint: this.listener,
      truststore: this.anchorsIn,
      commonName: user ?? caller.name,
      ...(user === undefined ? {} : { user }),
      key: props.key ?? caller.bindingKey?.(context) ?? keyOf(this),
    });
  }

  private hopWithoutCertificate(props: CallProps, caller: Caller): Hop {
    return new Hop(this, "Hop", {
      ...this.options(props, caller),
      ...strictnessOf(props),
      endpoint: this.listener,
      clientHost: caller.host,
      anchors: this.anchorsIn === "public-roots" ? { kind: "public-roots" } : this.anchorsIn.anchors,
    });
  }

  private options({ verifiesName }: CallProps, { label, name, runtime, programs }: Caller) {
    return {
      address: this.address,
      clientName: label ?? name,
      ...(runtime === undefined ? {} : { runtime }),
      ...(programs === undefined ? {} : { programs }),
      ...(verifiesName === undefined ? {} : { verifiesName }),
    };
  }
}

/** A call as people write it, for messages. */
export function callsOf({ node }: Construct): string {
  return `${node.path}, calls(…)`;
}

/** A callee, whatever it was given as. */
interface Called {
  readonly id: string;
  readonly listener: IListener;
  readonly trustedAs: string | undefined;
  readonly address: string | undefined;
  accepts(client: Client): Acceptance | undefined;
}

function calledBy(scope: Construct, callee: Callee): Called {
  const isPartner = "listenerFor" in callee;
  const called: ICallee = isPartner ? callee.listenerFor(scope) : callee;
  const { endpoint, trustedAs, address } = called;
  return {
    id: isPartner ? callee.address : ownId(called),
    listener: endpoint,
    trustedAs,
    address,
    accepts: (client) => (called.accepts === undefined ? endpoint.accepts(client) : called.accepts(client)),
  };
}

/** An endpoint that is a system's only one is called after the system. */
function ownId({ node }: IConstruct): string {
  return ["Endpoint", "Resource"].includes(node.id) && node.scope !== undefined
    ? node.scope.node.id
    : node.id;
}

function isCertificate(as: Presented | undefined): as is Certificate {
  return as !== undefined && "bind" in as;
}

function defaultId({ id }: Called, alias: string | undefined): string {
  return alias === undefined ? id : `${id}-${alias}`;
}

function freeId(scope: Construct, id: string): string {
  if (scope.node.tryFindChild(id) !== undefined) throw repeatedCall(scope.node.path, id);
  return id;
}

function placed(
  call: Construct,
  as: Presented,
  caller: Caller,
  context: CallContext,
): { readonly identity: IPlace; readonly certificate?: Certificate } {
  if ("hold" in as) return { identity: as };
  const path = call.node.scope?.node.path ?? call.node.path;
  if (isCertificate(as)) {
    const place = caller.place?.(context);
    if (place === undefined) throw nothingToPresentFrom(path);
    return { identity: place, certificate: as };
  }
  const held = whereHeld(call, as.identityId, caller.host.hostId);
  if (held === undefined) throw nowhereHeld(path, as.identityId, caller.host.hostId);
  return {
    identity: {
      host: caller.host,
      runtime: caller.runtime ?? { kind: held.location.kind === "pem" ? "openssl" : "java" },
      name: context.alias,
      hold: (_presenter, _certificate, { purpose }) => {
        held.identity.alsoFor(purpose);
        return { ...held, location: chosen(held.location, caller.chosenBy), entries: [] };
      },
    },
  };
}
