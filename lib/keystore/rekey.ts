import type { StoreProfile } from "../model";
import { createStore } from "./codec";
import type { KeyDerivation } from "./encryption";
import { findEntry, setEntry } from "./entries";
import { invalidStore, StoreError } from "./errors";
import { secretKeyInfo } from "./jks/serializedKey";
import { openKey, openSecret, storeDerivation } from "./openKey";
import type { IdentityEntry, SecretEntry, Store, StoreEntry } from "./store";

/** What opens the keys of a store. */
export interface KeyPasswords {
  /** The store's password; null where it has none. */
  readonly store: string | null;
  /** Of keys that do not open with the store's password; tried in this order. @default - none */
  readonly keys?: readonly KeyPassword[];
}

/** The password of one key, or of any. */
export interface KeyPassword {
  /** The only entry that it is tried on. @default - every entry that nothing before it opens */
  readonly alias?: string;
  readonly password: string;
}

/**
 * Opens every key of a store, so that it can be written under a new password, which then is the password
 * of each of its keys too: most products know one password only.
 *
 * @throws StoreError `wrong-password` naming every key that does not open, secret keys included
 */
export function rekeyStore(store: Store, passwords: KeyPasswords): Store {
  if (store.profile === "passwordless") {
    throw invalidStore("a passwordless store has no password to change; convert it to another profile first");
  }
  return { ...store, entries: openEntries(store, passwords) };
}

/**
 * The same with the keys that do open; one that does not keeps the password that it has.
 *
 * @throws StoreError `invalid` for a store without a password
 */
export function rekeyWhatOpens(store: Store, passwords: KeyPasswords): Store {
  const entries = store.entries.map((entry) => {
    try {
      return rekeyStore({ ...store, entries: [entry] }, passwords).entries[0] ?? entry;
    } catch (error) {
      if (error instanceof StoreError && error.code === "wrong-password") return entry;
      throw error;
    }
  });
  return { ...store, entries };
}

/**
 * The same entries in another profile, every key under the store's password to be.
 *
 * @throws StoreError `wrong-password` naming every key that does not open; `unsupported` naming secret keys that the
 *   profile cannot hold;
 *   `invalid` naming aliases that differ in case only, where the new format tells them apart no more
 */
export function convertStore(store: Store, profile: StoreProfile, passwords: KeyPasswords): Store {
  const isWithinPkcs12 = store.format === "pkcs12" && profile !== "jks";
  const secrets = store.entries.filter((entry) => entry.kind === "secret");
  if (secrets.length > 0 && profile === "jks") throw holdsSecretKeys(secrets, "which JKS cannot hold");
  const opened = openEntries(store, passwords);
  // The PKCS12 codec carries what it does not know from one profile to another.
  if (isWithinPkcs12) return { ...store, profile, entries: opened };
  let converted = createStore(profile);
  for (const entry of opened) {
    if (findEntry(converted, entry.alias) !== undefined) {
      throw invalidStore(`two entries are called "${entry.alias}" but for upper case; rename one first`);
    }
    converted = setEntry(converted, withoutExtra(inPkcs12(entry)));
  }
  return converted;
}

function openEntries(store: Store, passwords: KeyPasswords): StoreEntry[] {
  const closed: StoreEntry[] = [];
  const derivation = storeDerivation(store, 1 + (passwords.keys?.length ?? 0));
  const opened = store.entries.map((entry): StoreEntry => {
    if (entry.kind === "anchor") return entry;
    const key = tryPasswords(entry, passwordsOf(entry, passwords), derivation);
    if (key === undefined) closed.push(entry);
    if (key === undefined) return entry;
    return entry.kind === "secret"
      ? { ...entry, clear: key }
      : { ...entry, key: { kind: "clear", pkcs8: key } };
  });
  if (closed.length > 0) {
    throw cannotOpen(closed, "give their own password as the key password, or remove them first");
  }
  return opened;
}

/** Its own first: where somebody named the key, no other need be tried. */
function passwordsOf({ alias }: StoreEntry, { store, keys = [] }: KeyPasswords): readonly (string | null)[] {
  const own = keys.filter((key) => key.alias?.toLowerCase() === alias.toLowerCase());
  const shared = keys.filter((key) => key.alias === undefined);
  return [...own.map(({ password }) => password), store, ...shared.map(({ password }) => password)];
}

function tryPasswords(
  entry: IdentityEntry | SecretEntry,
  passwords: readonly (string | null)[],
  derivation: KeyDerivation,
): Uint8Array | undefined {
  for (const password of passwords) {
    try {
      return entry.kind === "secret"
        ? openSecret(entry, password, derivation)
        : openKey(entry, password, derivation);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "wrong-password") throw error;
    }
  }
  return undefined;
}

/** A secret key of JCEKS in the encoding of PKCS12, the only other format that has some. */
function inPkcs12(entry: StoreEntry): StoreEntry {
  if (entry.kind !== "secret" || entry.clear === undefined) return entry;
  const clear = secretKeyInfo(entry.clear, entry.alias);
  return { ...entry, clear, extra: { codec: "pkcs12", value: undefined } };
}

/** What one codec keeps of an entry means nothing to another. */
function withoutExtra(entry: StoreEntry): StoreEntry {
  if (entry.kind === "secret") return entry;
  const { extra: _, ...rest } = entry;
  return rest;
}

function holdsSecretKeys(secrets: readonly StoreEntry[], why: string): StoreError {
  const names = secrets.map((entry) => `"${entry.alias}"`).join(", ");
  return new StoreError("unsupported", `the store holds secret keys, ${why}: ${names}; remove them first`);
}

function cannotOpen(entries: readonly StoreEntry[], remedy: string): StoreError {
  const names = entries.map((entry) => `"${entry.alias}"`).join(", ");
  return new StoreError("wrong-password", `the password does not open ${names}: ${remedy}`);
}
