import type { HopSource } from "../hop";
import { describeReader, opensAsWell, PROFILES } from "../keystore";
import { type Finding, type RuntimePlan, type TrustPlan, placeOf, planIndex } from "../model";
import { finding, refusal } from "../rules";

/**
 * Says where a store is in another format than declared: an error where its reader is not known to open that.
 *
 * @param runtime - what reads it on the hop, where the plan names no reader
 */
export function otherFormat(
  plan: TrustPlan,
  source: HopSource,
  storeId: string,
  runtime: RuntimePlan,
): Finding[] {
  const declared = planIndex(plan).store(storeId);
  const read = source.store(storeId);
  if (declared === undefined || read === undefined || "finding" in read) return [];
  const { format } = PROFILES[declared.profile];
  const { store } = read.value;
  if (store.format === format) return [];
  const reader = declared.reader ?? runtime;
  const isOpened = opensAsWell(format, store.format, reader);
  const facts =
    `${placeOf(declared.hostId, declared.path)} is ${store.format.toUpperCase()}, declared is ${format.toUpperCase()} ` +
    `(profile ${declared.profile}); ` +
    (isOpened
      ? `${describeReader(reader)} opens it all the same`
      : `${describeReader(reader)}, which is told ${format.toUpperCase()}, is not known to open it`);
  return [finding(storeId, refusal("format-differs", facts), isOpened ? "warning" : "error")];
}
