import type { IdentityEntry, Store } from "../keystore";
import { type Certificate, parsed } from "../pki";
import { type Presentation, presentationOrder } from "./presentedAlias";

/** An identity as Java's key manager offers it. */
export type OfferedIdentity = Pick<IdentityEntry, "alias" | "chain">;

/**
 * The identities of a store in the order in which Java's key manager prefers them.
 *
 * @param unopenedAliases those whose key does not open with the password that is used for all of them
 */
export function identitiesInJavaOrder(
  store: Store,
  unopenedAliases: readonly string[] = [],
  presentation: Presentation = {},
): OfferedIdentity[] {
  return presentationOrder(store, presentation).filter(({ alias }) => !unopenedAliases.includes(alias));
}

/**
 * Whether a Java client sends an identity to a server that names these authorities: it does where some issuer
 * in the identity's own chain is among them, or none are named.
 */
export function passesAuthorities(
  chain: readonly Uint8Array[],
  authorities: readonly Certificate[],
): boolean {
  const certificates = chain.map(parsed);
  if (authorities.length === 0) return true;
  const names = new Set(authorities.map(({ subject }) => subject.canonical));
  return certificates.some(({ issuer }) => names.has(issuer.canonical));
}
