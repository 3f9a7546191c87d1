import { invalidStore, StoreError } from "./errors";
import { hiddenAliases } from "./invisibleBags";
import { sealedFor } from "./openKey";
import type { Store, StoreEntry } from "./store";

/**
 * The entry that Java reaches under an alias: without regard to case, where a spelling in lower case wins,
 * because JKS and JCEKS look for that one only. `findNamedEntry` is for what a person names.
 */
export function findEntry(store: Store, alias: string): StoreEntry | undefined {
  const wanted = alias.toLowerCase();
  return (
    store.entries.find((entry) => entry.alias === wanted) ??
    store.entries.find((entry) => entry.alias.toLowerCase() === wanted)
  );
}

/** The entry that a person means: the one of exactly this spelling, else the one that Java reaches. */
export function findNamedEntry(store: Store, alias: string): StoreEntry | undefined {
  return store.entries.find((entry) => entry.alias === alias) ?? findEntry(store, alias);
}

/**
 * The entry that a person means, which must be there.
 *
 * @throws StoreError `no-such-entry`; `invalid` where exactly this spelling is in a PKCS12 file and another one hides
 *   it, so that something else would be taken for what was named
 */
export function namedEntry(store: Store, alias: string): StoreEntry {
  const entry = findNamedEntry(store, alias);
  if (entry === undefined) throw noSuchEntry(store, alias);
  requireNotHidden(store, entry, alias);
  return entry;
}

/**
 * The entry that `setEntry` would replace under an alias that a person names.
 *
 * @throws StoreError `invalid` where that is another one than the one of exactly this spelling
 */
export function entryToReplace(store: Store, alias: string): StoreEntry | undefined {
  const replaced = findEntry(store, writableAlias(store, alias));
  if (replaced === undefined) return undefined;
  requireNotHidden(store, replaced, alias);
  if (findNamedEntry(store, alias) === replaced) return replaced;
  throw invalidStore(
    `"${alias}" would be written as "${replaced.alias}", because Java reaches no other here, and both are there; ` +
      "remove or rename one of them first",
  );
}

function requireNotHidden(store: Store, entry: StoreEntry, alias: string): void {
  if (entry.alias === alias || !hiddenAliases(store).includes(alias)) return;
  throw invalidStore(
    `the file holds "${alias}" and, of the same alias but for upper case, "${entry.alias}", which alone Java shows; ` +
      `say "${entry.alias}" where you mean that one (what it hides goes with it)`,
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
  const replaced = findEntry(store, placed.alias);
  if (replaced === undefined) return { ...store, entries: [...store.entries, placed] };
  return { ...store, entries: store.entries.map((other) => (other === replaced ? placed : other)) };
}

/**
 * Takes an entry out of a store: the one given, or the one that Java reaches under an alias. A store without it is
 * returned as it is.
 */
export function removeEntry(store: Store, which: string | StoreEntry): Store {
  const removed = typeof which === "string" ? findEntry(store, which) : which;
  if (removed === undefined) return store;
  return { ...store, entries: store.entries.filter((entry) => entry !== removed) };
}

/**
 * Moves an entry to another alias, in its place, with all that it holds.
 *
 * @param from the entry, or the alias under which Java reaches it
 * @throws StoreError `no-such-entry` where there is nothing under `from`, `invalid` where `to` is taken
 */
export function renameEntry(store: Store, from: string | StoreEntry, to: string): Store {
  const renamed = typeof from === "string" ? findEntry(store, from) : from;
  const name = typeof from === "string" ? from : from.alias;
  if (renamed === undefined) throw noSuchEntry(store, name);
  const alias = writableAlias(store, to);
  const namesakes = store.entries.filter((entry) => entry.alias.toLowerCase() === to.toLowerCase());
  if (namesakes.some((entry) => entry !== renamed)) {
    throw new StoreError("invalid", `"${name}" cannot become "${to}": that alias is taken; remove it first`);
  }
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
