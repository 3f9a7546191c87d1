import { invalidStore, StoreError } from "./errors";
import { sealedFor } from "./openKey";
import type { Store, StoreEntry } from "./store";

/**
 * The entry that Java reaches under an alias: without regard to case, where a spelling in lower case wins,
 * because JKS and JCEKS look for that one only.
 */
export function findEntry(store: Store, alias: string): StoreEntry | undefined {
  const wanted = alias.toLowerCase();
  return (
    store.entries.find((entry) => entry.alias === wanted) ??
    store.entries.find((entry) => entry.alias.toLowerCase() === wanted)
  );
}

/**
 * Puts an entry into a store, in the place of the one under the same alias (without regard to case) or at
 * the end. JKS and JCEKS take the alias in lower case, because Java reaches no other there.
 *
 * @throws StoreError `invalid` for a key that is still sealed as another format seals it: open it first
 */
export function setEntry(store: Store, entry: StoreEntry): Store {
  requireSuitableKey(store, entry);
  const placed = { ...entry, alias: writableAlias(store, entry.alias) };
  const replaced = findEntry(store, entry.alias);
  if (replaced === undefined) return { ...store, entries: [...store.entries, placed] };
  return { ...store, entries: store.entries.map((other) => (other === replaced ? placed : other)) };
}

/**
 * Takes the entry under an alias (without regard to case) out of a store; a store without it is returned
 * as it is.
 */
export function removeEntry(store: Store, alias: string): Store {
  const removed = findEntry(store, alias);
  if (removed === undefined) return store;
  return { ...store, entries: store.entries.filter((entry) => entry !== removed) };
}

/**
 * Moves an entry to another alias, in its place, with all that it holds.
 *
 * @throws StoreError `no-such-entry` where there is nothing under `from`, `invalid` where `to` is taken
 */
export function renameEntry(store: Store, from: string, to: string): Store {
  const renamed = findEntry(store, from);
  if (renamed === undefined) throw noSuchEntry(store, from);
  const occupant = findEntry(store, to);
  if (occupant !== undefined && occupant !== renamed) {
    throw new StoreError("invalid", `"${from}" cannot become "${to}": that alias is taken; remove it first`);
  }
  const alias = writableAlias(store, to);
  return {
    ...store,
    entries: store.entries.map((entry) => (entry === renamed ? { ...entry, alias } : entry)),
  };
}

/** Names what is there, so that a slip of the pen shows. */
export function noSuchEntry(store: Store, alias: string): StoreError {
  const shown = store.entries.slice(0, 10).map((entry) => entry.alias);
  const more = store.entries.length > shown.length ? `, and ${store.entries.length - shown.length} more` : "";
  return new StoreError(
    "no-such-entry",
    `the store has no entry "${alias}"; it has ${shown.length === 0 ? "none" : shown.join(", ") + more}`,
  );
}

/** A JCEKS store may hold keys under the protection of JKS (`com.sun.crypto.provider.KeyProtector.recover`). */
function requireSuitableKey({ format }: Store, entry: StoreEntry): void {
  if (entry.kind !== "identity" || entry.key.kind === "clear") return;
  const sealed = sealedFor(entry.key.encryptedPrivateKeyInfo);
  if (sealed === format || (format === "jceks" && sealed === "jks")) return;
  throw invalidStore(
    `the key of "${entry.alias}" is encrypted the way of ${sealed} and the store is ${format}; open the key first`,
  );
}

function writableAlias(store: Store, alias: string): string {
  return store.format === "pkcs12" ? alias : alias.toLowerCase();
}
