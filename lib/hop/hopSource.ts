import type { Store } from "../keystore";
import type { Finding, SecretReference } from "../model";

/** What was found, or why it could not be. */
export type Found<Value> = { readonly value: Value } | { readonly finding: Finding };

/** A store as it is, or as it will be once everything is delivered. */
export interface FoundStore {
  readonly store: Store;
  /**
   * Identities whose key is not at hand, by alias in lower case: it stays on its host.
   *
   * @default none
   */
  readonly keyless?: ReadonlySet<string>;
}

/**
 * Where what a hop is made of is read from: what is about to be delivered, or what the hosts hold. Undefined
 * means that nothing is known of it yet, which is no fault.
 */
export interface HopSource {
  store(storeId: string): Found<FoundStore> | undefined;
  file(fileId: string): Found<Uint8Array> | undefined;
  /** @param subject what the finding is about where the secret is missing */
  secret(reference: SecretReference, subject: string): Found<string>;
}
