import { Construct } from "constructs";
import type { ExtendedKeyUsage, IdentityPlan, IdentityRequest } from "../model";
import { planIdOf, stateKey } from "./key";
import { PinnedCertificate } from "./pinnedCertificate";
import { contributes } from "./planContribution";
import { made } from "./props";

/** A certificate chain that others can trust. */
export interface ITrustable {
  /** The identity whose anchor is trusted. */
  readonly identity: IIdentity;
}

/** A private key with its certificate chain, known to the lock by its id. */
export interface IIdentity {
  readonly identityId: string;
  readonly plan: IdentityPlan;
  /** The authorities above it that are declared too, nearest first. */
  readonly authorities: readonly IIdentity[];
  /** Its own certificate, as tokens for outputs and other resources. */
  readonly certificate: PinnedCertificate;
  /** What others must trust to accept it, as tokens. */
  readonly anchor: PinnedCertificate;
}

export const trustableProp = made<ITrustable>(
  "what has a certificate: an endpoint, an authority, a binding or a PartnerCertificate",
  "identity",
);

/** An identity in the tree: the lock pins it under its key. */
export class Identity extends Construct implements IIdentity, ITrustable {
  readonly identityId: string;
  readonly certificate: PinnedCertificate;
  readonly anchor: PinnedCertificate;
  private readonly furtherUsages = new Set<ExtendedKeyUsage>();

  constructor(
    scope: Construct,
    id: string,
    private readonly request: IdentityRequest,
    readonly authorities: readonly IIdentity[] = [],
    key?: string,
  ) {
    super(scope, id);
    stateKey(this, key);
    this.identityId = planIdOf(this);
    this.certificate = new PinnedCertificate(this, this.identityId, "leaf");
    this.anchor = new PinnedCertificate(this, this.identityId, "anchor");
    contributes(this, () => ({ identities: [this, ...this.authorities].map(({ plan }) => plan) }));
  }

  get identity(): IIdentity {
    return this;
  }

  get plan(): IdentityPlan {
    return { id: this.identityId, request: withUsages(this.request, this.furtherUsages) };
  }

  /** Presents it for another purpose too: its certificate then carries both usages. */
  alsoFor(usage: ExtendedKeyUsage): void {
    this.furtherUsages.add(usage);
  }
}

/** The identity that others trust to accept this one: its root where that is declared, otherwise itself. */
export function trustedForm({ identity }: ITrustable): IIdentity {
  return identity.authorities.at(-1) ?? identity;
}

function withUsages(request: IdentityRequest, further: ReadonlySet<ExtendedKeyUsage>): IdentityRequest {
  if (!("extendedKeyUsages" in request)) return request;
  return { ...request, extendedKeyUsages: [...new Set([...request.extendedKeyUsages, ...further])] };
}
