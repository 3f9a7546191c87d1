import type { Store, StoreEntry } from "../store";
import { createChainBuilder } from "./chainBuilder";
import { entryLayoutOf, storeLayoutOf } from "./layout";

/**
 * A store as Java before 13 shows it: in PKCS12 it takes the first certificate of an issuer's name for the issuer, whatever
 * key that one has (JDK-8215776). Other formats hold chains as they are.
 *
 * @param store as it was read
 */
export function linkedByNames(store: Store): Store {
  const layout = storeLayoutOf(store.extra);
  if (layout === undefined) return store;
  const builder = createChainBuilder(layout.java.certificates, "names");
  const entries = store.entries.map((entry): StoreEntry => {
    const leaf = entryLayoutOf(entry.extra)?.leaf;
    if (entry.kind !== "identity" || leaf === undefined) return entry;
    return { ...entry, chain: builder.chainOf(leaf).map(({ value }) => value) };
  });
  return { ...store, entries };
}
