import { isIP } from "node:net";
import { Construct, type IConstruct } from "constructs";
import type { ClientAuthentication, EndpointPlan, OutsideHostPlan } from "../model";
import type { Acceptance, Client, IListener } from "./endpoint";
import { conflictingPartner, invalidPartnerUrl } from "./errors";
import { type ITrustable, Identity, trustableProp } from "./identity";
import { planIdOf, rootOf } from "./key";
import { readPlannedListener } from "./partnerPlan";
import { contributes } from "./planContribution";
import {
  type PropShapes,
  clientAuthentication,
  either,
  listOf,
  optional,
  publicRoots,
  requireArgument,
  requireProps,
  text,
} from "./props";

export interface PartnerOptions {
  /** What its certificate leads to. @default - not known here: nothing is added to what its callers trust */
  readonly presents?: ITrustable | "public-roots";
  /** Whether it asks its clients for a certificate. @default "none" */
  readonly asks?: ClientAuthentication;
  /** What client certificates must lead to. @default - not known here */
  readonly accepts?: readonly ITrustable[];
}

export interface PartnerPlanOptions {
  /** Id, key or name of the listener. @default - the only one in the plan */
  readonly endpoint?: string;
}

const shapes: PropShapes<PartnerOptions> = {
  presents: optional(either(trustableProp, publicRoots)),
  asks: optional(clientAuthentication),
  accepts: optional(listOf(trustableProp)),
};

const planShapes: PropShapes<PartnerPlanOptions> = { endpoint: optional(text) };

/** Somebody else's server: it can be called, and nothing is delivered to it. */
export class Partner {
  /**
   * A server by its URL, for example `https://bank.example.com:8443`.
   *
   * @throws DeclarationError `invalid-partner` for what is no https URL of a server
   */
  static at(url: string, options: PartnerOptions = {}): Partner {
    requireArgument("Partner.at(…)", "url", text, url);
    requireProps(`Partner.at("${url}")`, shapes, options);
    const { hostname, port } = checkedUrl(url);
    const address = hostname.replace(/^\[(.*)\]$/, "$1");
    return new Partner(address, port === "" ? 443 : Number(port), () => options);
  }

  /**
   * A server that another repository declares, by the `trust-plan.json` that its team hands over; read from the
   * working directory.
   *
   * @throws ProjectError where the file is missing, damaged or of another version
   * @throws DeclarationError `unusable-plan` where it does not hold what must be trusted
   */
  static fromPlan(path: string, options: PartnerPlanOptions = {}): Partner {
    requireArgument("Partner.fromPlan(…)", "path", text, path);
    requireProps(`Partner.fromPlan("${path}")`, planShapes, options);
    const { name, port, asks, anchorPem, acceptsPem } = readPlannedListener(path, options.endpoint);
    const certificate = (scope: Construct, id: string, pem: string) =>
      new Identity(scope, id, { kind: "certificate", file: path, pem });
    return new Partner(name, port, (listener) => ({
      presents: certificate(listener, "Anchor", anchorPem),
      asks,
      ...(acceptsPem === undefined
        ? {}
        : { accepts: acceptsPem.map((pem, index) => certificate(listener, `Accepts-${index + 1}`, pem)) }),
    }));
  }

  private constructor(
    /** Host name or address. */
    readonly address: string,
    readonly port: number,
    private readonly known: (listener: Construct) => PartnerOptions,
  ) {}

  /**
   * Its listener, as the stack of a caller knows it.
   *
   * @throws DeclarationError `conflicting-partner` where another partner is declared at the same address
   */
  listenerFor(caller: IConstruct): IListener {
    const stack = rootOf(caller);
    const id = `Partner-${this.address}-${this.port}`;
    const known = stack.node.tryFindChild(id);
    if (known === undefined) return new PartnerListener(stack, id, this, this.known);
    if (known instanceof PartnerListener && known.partner === this) return known;
    throw conflictingPartner(`https://${this.address}:${this.port}`, stack.node.path);
  }
}

/** A partner's server in the plan: an endpoint on a host that is nobody's here. */
class PartnerListener extends Construct implements IListener {
  readonly endpointId: string;
  readonly names: readonly string[];
  readonly port: number;
  readonly clientAuthentication: ClientAuthentication;
  readonly presents: ITrustable | "public-roots" | undefined;
  private readonly options: PartnerOptions;

  constructor(
    scope: IConstruct,
    id: string,
    readonly partner: Partner,
    known: (listener: Construct) => PartnerOptions,
  ) {
    super(scope, id);
    const options = known(this);
    this.options = options;
    this.endpointId = planIdOf(this);
    this.names = [partner.address];
    this.port = partner.port;
    this.clientAuthentication = options.asks ?? "none";
    this.presents = options.presents;
    contributes(this, () => ({
      hosts: [this.host],
      identities: this.known
        .flatMap(({ identity }) => [identity, ...identity.authorities])
        .map(({ plan }) => plan),
      endpoints: [this.plan],
    }));
  }

  get endpoint(): this {
    return this;
  }

  /** Whom a partner accepts is the partner's own to say. */
  accepts(_client: Client): Acceptance | undefined {
    return undefined;
  }

  private get host(): OutsideHostPlan {
    return { kind: "outside", id: this.partner.address, platform: "posix" };
  }

  /** What is known of it and has a certificate. */
  private get known(): ITrustable[] {
    const { presents, accepts = [] } = this.options;
    return presents === undefined || presents === "public-roots" ? [...accepts] : [presents, ...accepts];
  }

  private get plan(): EndpointPlan {
    const { presents, accepts } = this.options;
    return {
      id: this.endpointId,
      hostId: this.host.id,
      names: this.names,
      port: this.port,
      identity: {
        kind: "outside",
        ...(presents === undefined
          ? {}
          : { leadsTo: presents === "public-roots" ? presents : anchorOf(presents) }),
      },
      clientAuthentication: this.clientAuthentication,
      ...(accepts === undefined
        ? {}
        : { clientAnchors: { kind: "outside" as const, accepts: accepts.map(anchorOf) } }),
      runtime: { kind: "openssl" },
      afterDeploy: [],
    };
  }
}

function anchorOf({ identity }: ITrustable) {
  return { identityId: identity.identityId, part: "anchor" } as const;
}

function checkedUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalidPartnerUrl(text);
  const url = new URL(text);
  const isServer =
    url.protocol === "https:" && url.hostname !== "" && url.username === "" && url.port !== "0";
  const rest = url.pathname + url.search + url.hash;
  if (!isServer || !["", "/"].includes(rest)) throw invalidPartnerUrl(text);
  if (url.hostname.includes(":") && isIP(url.hostname.slice(1, -1)) === 0) throw invalidPartnerUrl(text);
  return url;
}
