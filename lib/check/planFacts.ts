import type { HopMaterial } from "../hop";

/** What the rules over a plan need beside the plan: bytes and answers, never a password. */
export interface PlanFacts {
  /** One for each hop whose certificates are known; a hop without one is judged by the plan alone. */
  readonly hops: readonly HopMaterial[];
  /** DER chains by identity id, leaf first; the anchor's own certificate where it is not the chain's last. */
  readonly chains: ReadonlyMap<string, readonly Uint8Array[]>;
  /** Stores whose password is a product's default or guessed in no time (`isWeakPassword`), by store id. */
  readonly weakStoreIds: ReadonlySet<string>;
  /** Key entries whose password is another than their store's, by entry id. */
  readonly otherKeyPasswordEntryIds: ReadonlySet<string>;
}
