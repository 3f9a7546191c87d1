import {
  convertStore,
  type KeyDerivation,
  openKey,
  openSecret,
  PROFILES,
  type Store,
  type StoreEntry,
  StoreError,
  storeDerivation,
} from "../../keystore";
import type { StoreProfile } from "../../model";
import { storeForeign, storeSealed } from "../errors";
import type { Secret } from "../secrets";
import type { OpenDraft } from "../storeDraft";

/** Whether it is one of the profiles that are written. */
export function isProfile(profile: unknown): profile is StoreProfile {
  return typeof profile === "string" && Object.hasOwn(PROFILES, profile);
}

export function asProfile(profile: string): StoreProfile {
  if (!isProfile(profile)) throw new RangeError(`"${profile}" is no profile`);
  return profile;
}

/**
 * What a row calls the profile of a store that is there. One that is not ours keeps its own algorithms, so only another
 * format than the one known before is a change of it; that has the format's name where it is in none of our profiles.
 *
 * @param known - what the row says; empty for one that was just imported
 */
export function refreshedProfile(known: string, { format, profile }: Store, created: boolean): string {
  if (created || known === "") return profile;
  if (!isProfile(known) && !isFormat(known)) return known;
  const before = isProfile(known) ? PROFILES[known].format : known;
  if (before === format) return known;
  return isProfile(profile) ? profile : format;
}

/** Whether a row's store was imported in none of our profiles, and so is not ours to re-encode. */
export function isKeptAsItIs({ created, profile }: { readonly created: boolean; readonly profile: string }) {
  return !created && !isProfile(profile) && !isFormat(profile);
}

/**
 * The store as it is to be under the declared profile: re-encoded where we have made it, else as it is where it is of the
 * declared format.
 *
 * @throws ResourceError `store-foreign`, `store-sealed`
 */
export function storeInProfile(
  path: string,
  { store, ownership }: OpenDraft,
  profile: StoreProfile,
  { reference, value }: Secret,
): Store {
  if (store.profile === profile) return store;
  if (!ownership.created) {
    if (store.format === PROFILES[profile].format) return store;
    throw storeForeign(path, describeStore(store), profile);
  }
  try {
    return convertStore(store, profile, { store: value });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const derivation = storeDerivation(store);
    const closed = store.entries
      .filter((entry) => !opens(entry, value, derivation))
      .map(({ alias }) => `"${alias}"`);
    const reason =
      closed.length === 0 ? error.message : `${reference} does not open the key under ${closed.join(", ")}`;
    throw storeSealed(path, describeStore(store), profile, reason);
  }
}

function opens(entry: StoreEntry, password: string, derivation: KeyDerivation): boolean {
  try {
    if (entry.kind === "identity") openKey(entry, password, derivation);
    if (entry.kind === "secret") openSecret(entry, password, derivation);
    return true;
  } catch (error) {
    if (error instanceof StoreError) return error.code !== "wrong-password";
    throw error;
  }
}

function describeStore({ format, profile }: Store): string {
  return profile === format || format === "jceks"
    ? format.toUpperCase()
    : `${format.toUpperCase()} in the profile ${profile}`;
}

/** Formats stand in rows for profiles that are none of ours. */
function isFormat(profile: string): boolean {
  return profile === "jceks" || profile === "pkcs12";
}
