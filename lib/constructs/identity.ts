import { Construct } from "constructs";
import type { IdentityPlan, IdentityRequest } from "../model";
import { contributes } from "./planContribution";

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
}

/** The place of an identity in the tree: its path is the key under which the lock pins it. */
export class Identity extends Construct implements IIdentity, ITrustable {
  readonly identityId: string;
  readonly plan: IdentityPlan;

  constructor(
    scope: Construct,
    id: string,
    request: IdentityRequest,
    readonly authorities: readonly IIdentity[] = [],
  ) {
    super(scope, id);
    this.identityId = this.node.path;
    this.plan = { id: this.identityId, request };
    contributes(this, () => ({ identities: [this, ...this.authorities].map(({ plan }) => plan) }));
  }

  get identity(): IIdentity {
    return this;
  }
}
