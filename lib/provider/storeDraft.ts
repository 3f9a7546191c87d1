import type { Ownership } from "../hosts";
import type { Store } from "../keystore";

/** A store and what of it is ours. */
export interface StoreDraft {
  /** Absent where there is no file (yet, or any more). */
  readonly store?: Store;
  readonly ownership: Ownership;
}
