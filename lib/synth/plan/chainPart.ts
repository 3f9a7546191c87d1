import type { ResolvedIdentity } from "../../lock";
import type { ChainPart } from "../../model";

/** Resolves an identity of the plan; undefined where the lock does not hold it. */
export type IdentityResolver = (identityId: string) => ResolvedIdentity | undefined;

/** The certificate of a chain that is meant; an issuer that is not in the chain is its anchor. */
export function certificateAt(identity: Pick<ResolvedIdentity, "chain" | "anchor">, part: ChainPart): Buffer {
  const [leaf = identity.anchor, issuer = identity.anchor] = identity.chain;
  if (part === "anchor") return identity.anchor;
  return part === "leaf" ? leaf : issuer;
}
