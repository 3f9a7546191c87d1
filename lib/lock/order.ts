import type { IdentityPlan } from "../model";
import { cannotPin } from "./errors";

/** Identity id of the authority that issues an identity; undefined where none does. */
export function issuerIdOf({ request }: IdentityPlan): string | undefined {
  return request.kind === "issued" || request.kind === "authority" ? request.issuerId : undefined;
}

/**
 * Identities in an order in which each can be made: authorities before what they issue, otherwise as
 * declared. The other generation of one is in the lock already.
 *
 * @throws LockError `cannot-pin` where an issuer is not declared, or authorities issue each other
 */
export function issuersFirst(identities: readonly IdentityPlan[]): IdentityPlan[] {
  const byId = new Map(identities.map((identity) => [identity.id, identity]));
  const ordered = new Set<IdentityPlan>();

  for (const identity of identities.filter(({ generationOf }) => generationOf === undefined)) {
    const path: IdentityPlan[] = [];
    for (let at: IdentityPlan | undefined = identity; at !== undefined && !ordered.has(at);) {
      if (path.includes(at)) throw cannotPin(at.id, "it would issue itself, by way of its own issuers");
      path.unshift(at);
      at = issuerOf(at, byId);
    }
    for (const each of path) ordered.add(each);
  }
  return [...ordered];
}

function issuerOf(identity: IdentityPlan, byId: ReadonlyMap<string, IdentityPlan>): IdentityPlan | undefined {
  const issuerId = issuerIdOf(identity);
  if (issuerId === undefined) return undefined;
  const issuer = byId.get(issuerId);
  if (issuer === undefined) throw cannotPin(identity.id, `its issuer "${issuerId}" is not declared`);
  return issuer;
}
