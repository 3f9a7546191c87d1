import type { OwnershipRecord } from "../hosts";
import type { Store } from "../keystore";
import type { ReaderPlan } from "../model";

/** A store, what of it is claimed, and what was displaced from it. */
export interface StoreDraft {
  /** Absent where there is no file (yet, or any more). */
  readonly store?: Store;
  readonly ownership: OwnershipRecord;
  /** Displaced entries under the ids of the claims that displaced them; absent where there are none. */
  readonly kept?: Store;
  /** What must open a store that is encoded anew. @default - every Java */
  readonly reader?: ReaderPlan;
}

/** A store as it was read. */
export interface ReadDraft extends StoreDraft {
  /** Whether it is still under the former of two passwords, so that the next write puts it under the new one. */
  readonly isUnderFormer: boolean;
}

/** A draft of a store that is there. */
export type OpenDraft = StoreDraft & { readonly store: Store };
