import { type IdentityPlan, isAuthority } from "../model";
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

/** An authority, and all that is declared to be issued by it at any depth. */
export function withIssued(identities: readonly IdentityPlan[], id: string): IdentityPlan[] {
  const ids = new Set([id]);
  return issuersFirst(identities).filter((identity) => {
    const issuerId = issuerIdOf(identity);
    if (issuerId !== undefined && ids.has(issuerId)) ids.add(identity.id);
    return ids.has(identity.id);
  });
}

/** How many authorities are declared on the longest way down from one. */
export function authoritiesBelow(identities: readonly IdentityPlan[], id: string): number {
  const authorities = issuersFirst(identities).filter(({ request }) => isAuthority(request));
  return depthBelow(
    id,
    authorities.map((authority) => [authority.id, issuerIdOf(authority)]),
  );
}

/**
 * How many are on the longest way down from an authority.
 *
 * @param issuerIds authorities with their issuers, issuers before what they issue
 */
export function depthBelow(
  id: string,
  issuerIds: Iterable<readonly [id: string, issuerId: string | undefined]>,
): number {
  const depths = new Map([[id, 0]]);
  for (const [each, issuerId] of issuerIds) {
    const above = issuerId === undefined ? undefined : depths.get(issuerId);
    if (above !== undefined) depths.set(each, above + 1);
  }
  return Math.max(...depths.values());
}
