import type { ChainPart, IdentityPlan } from "../model";

/** An identity as the lock resolves it: certificates always, the key only where the lock was opened. */
export interface ResolvedIdentity {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** DER of what others must trust. */
  readonly anchor: Uint8Array;
  /** DER of the PrivateKeyInfo; absent without secrets, and for keys that stay on their host. */
  readonly privateKey?: Uint8Array;
}

/** Resolves an identity of the plan; undefined where the lock does not hold it yet. */
export type IdentityResolver = (identityId: IdentityPlan["id"]) => ResolvedIdentity | undefined;

/** The certificate of a chain that is meant; an issuer that is not in the chain is its anchor. */
export function certificateAt(identity: ResolvedIdentity, part: ChainPart): Uint8Array {
  const [leaf = identity.anchor, issuer = identity.anchor] = identity.chain;
  if (part === "anchor") return identity.anchor;
  return part === "leaf" ? leaf : issuer;
}
