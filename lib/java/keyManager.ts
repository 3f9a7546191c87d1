import type { Store } from "../keystore";
import { type Certificate, parsed } from "../pki";
import { keyTypeOf } from "./keyType";
import { presentationOrder } from "./presentedAlias";

/** An identity as Java's key manager offers it. */
export interface OfferedIdentity {
  readonly alias: string;
  /** What would be presented: DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

/**
 * The identities of a store in the order in which Java's default key manager prefers them.
 *
 * @param unopenedAliases those whose key does not open with the password that is used for all of them
 */
export function identitiesInJavaOrder(
  store: Store,
  unopenedAliases: readonly string[] = [],
): OfferedIdentity[] {
  return presentationOrder(store).filter(({ alias }) => !unopenedAliases.includes(alias));
}

/**
 * Whether a Java client sends an identity to a server that names these authorities: it does where some issuer
 * in the identity's own chain is among them, or none are named. DSA keys are not sent in TLS 1.3.
 */
export function passesAuthorities(
  chain: readonly Uint8Array[],
  authorities: readonly Certificate[],
): boolean {
  const certificates = chain.map(parsed);
  const [leaf] = certificates;
  if (leaf !== undefined && keyTypeOf(leaf) === "DSA") return false;
  if (authorities.length === 0) return true;
  const names = new Set(authorities.map(({ subject }) => subject.canonical));
  return certificates.some(({ issuer }) => names.has(issuer.canonical));
}
