import { isDeepStrictEqual } from "node:util";
import { claimKey, STORE_PASSWORD_KEY } from "../../hosts";
import type { Store, StoreEntry } from "../../keystore";

/**
 * Keys, as claims have them, of what a change of a store puts in, takes out or writes anew: all of it, and the password,
 * where that is another one.
 */
export function rewrittenThings(
  before: Store | undefined,
  after: Store | undefined,
  isRekeyed: boolean,
): string[] {
  return isRekeyed
    ? [...rewrittenEntries(undefined, after), STORE_PASSWORD_KEY]
    : rewrittenEntries(before, after);
}

function rewrittenEntries(before: Store | undefined, after: Store | undefined): string[] {
  const [had, has] = [byAlias(before), byAlias(after)];
  const others = (one: ReadonlyMap<string, StoreEntry>, other: ReadonlyMap<string, StoreEntry>) =>
    [...one.values()].filter((entry) => {
      const same = other.get(entry.alias);
      return same !== entry && !isDeepStrictEqual(same, entry);
    });
  return [...others(had, has), ...others(has, had)].flatMap(({ kind, alias }) =>
    kind === "secret"
      ? []
      : claimKey({ kind: kind === "anchor" ? "anchor" : "key", at: alias.toLowerCase() }),
  );
}

function byAlias(store: Store | undefined): ReadonlyMap<string, StoreEntry> {
  return new Map(store?.entries.map((entry) => [entry.alias, entry]));
}
