import { parseReader, PROFILES, requireOpenablePassword } from "../../keystore";
import type { ReaderPlan, StoreProfile } from "../../model";
import { inStore } from "../errors";
import { isKnown, type Unknown } from "../protocol";
import type { Secret } from "../secrets";

/** The reader of a store of which none is stated. */
export const ANY_JAVA = "java";

/** What must open a store, from the row's name for it. */
export function readerOf(reader: string | Unknown): ReaderPlan {
  return parseReader(isKnown(reader) ? reader : ANY_JAVA);
}

/**
 * Refuses a password under which the reader would not open a store of the profile, as writing it would.
 *
 * @throws StoreError `invalid`, naming the store
 */
export function requireOpenable(
  path: string,
  { reference, value }: Secret,
  profile: StoreProfile,
  reader: ReaderPlan,
): void {
  // JKS takes any.
  if (PROFILES[profile].format === "jks") return;
  inStore(path, reference, () => requireOpenablePassword("the password", value, { profile }, reader));
}
