import { readStore } from "./codec";
import { StoreError } from "./errors";
import { rekeyWhatOpens } from "./rekey";
import type { Store } from "./store";

/** A store as it was opened. */
export interface OpenedStore {
  readonly store: Store;
  /** Whether it is still under the former password. */
  readonly isUnderFormer: boolean;
}

/**
 * Opens a store with the password it is to be under, or with the one that it was under; its keys are open in that case,
 * those with a password of their own aside.
 *
 * @param former asked for only where the first does not open it; undefined where it is not at hand
 * @throws StoreError as `readStore`; `wrong-password` where neither opens it
 */
export function readWithEither(
  bytes: Uint8Array,
  password: string,
  former: () => string | undefined,
): OpenedStore {
  try {
    return { store: readStore(bytes, password), isUnderFormer: false };
  } catch (error) {
    if (!isWrongPassword(error)) throw error;
    const other = former();
    if (other === undefined) throw error;
    return { store: rekeyWhatOpens(readStore(bytes, other), { store: other }), isUnderFormer: true };
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof StoreError && error.code === "wrong-password";
}
