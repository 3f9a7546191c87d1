import type { IdentityEntry } from "../keystore";
import { type Name, parsed } from "../pki";

/** An identity as Java's key manager offers it. */
export type OfferedIdentity = Pick<IdentityEntry, "alias" | "chain">;

/**
 * Whether a Java client sends an identity to a server that names these authorities: it does where some issuer
 * in the identity's own chain is among them, or none are named.
 */
export function passesAuthorities(chain: readonly Uint8Array[], authorities: readonly Name[]): boolean {
  const certificates = chain.map(parsed);
  if (authorities.length === 0) return true;
  const names = new Set(authorities.map(({ canonical }) => canonical));
  return certificates.some(({ issuer }) => names.has(issuer.canonical));
}
