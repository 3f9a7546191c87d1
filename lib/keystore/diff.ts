import { createPrivateKey, createPublicKey } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import { isSameChain, parseCertificate, type Certificate } from "../pki";
import { findNamedEntry } from "./entries";
import { openKey, storeDerivation } from "./openKey";
import { StoreError } from "./errors";
import type { IdentityEntry, Store, StoreEntry } from "./store";

/** One difference between two stores, in what it means; never in bytes. */
export type StoreChange =
  | { readonly kind: "added" | "removed"; readonly alias: string; readonly entry: StoreEntry["kind"] }
  | { readonly kind: "renamed"; readonly from: string; readonly to: string }
  /** Another key pair, told by the public key. SHA-256 fingerprints of the certificates. */
  | { readonly kind: "re-keyed"; readonly alias: string; readonly from: string; readonly to: string }
  /** Same key, other certificates. SHA-256 fingerprints, leaf first. */
  | {
      readonly kind: "chain-changed";
      readonly alias: string;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  /** ISO 8601, UTC, of the (leaf) certificate. */
  | { readonly kind: "expiry-moved"; readonly alias: string; readonly from: string; readonly to: string }
  /** A secret key, or a private key that no given password opens: replaced, or encrypted anew. */
  | { readonly kind: "secret-changed" | "sealed-key-changed"; readonly alias: string }
  | { readonly kind: "profile-changed"; readonly from: string; readonly to: string }
  /** Of the store, or, with an alias, of one key that opened with the store's and does no more, or the reverse. */
  | { readonly kind: "password-changed"; readonly alias?: string };

/** Passwords that the two stores were opened with; without them nothing is said on passwords. */
export interface DiffPasswords {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What changed from one store to another. Entries are matched by alias, the exact spelling first; one that
 * went and one that came with the same content is a renamed one. Order, dates and salts do not count.
 *
 * @throws PkiError for a certificate that cannot be read
 */
export function diffStores(before: Store, after: Store, passwords?: DiffPasswords): StoreChange[] {
  const changes: StoreChange[] = [];
  const formatBefore = describeProfile(before);
  const formatAfter = describeProfile(after);
  if (formatBefore !== formatAfter) {
    changes.push({ kind: "profile-changed", from: formatBefore, to: formatAfter });
  }
  if (passwords !== undefined && passwords.before !== passwords.after)
    changes.push({ kind: "password-changed" });

  const opening = passwords && openingOf(before, after, passwords);
  const gone: StoreEntry[] = [];
  for (const entry of before.entries) {
    const other = findNamedEntry(after, entry.alias);
    if (other?.kind === entry.kind) changes.push(...diffEntries(entry, other, opening));
    else gone.push(entry);
  }
  const come = after.entries.filter((entry) => findNamedEntry(before, entry.alias)?.kind !== entry.kind);
  for (const entry of gone) {
    const renamed = come.findIndex((candidate) => holdsTheSame(entry, candidate));
    const [to] = renamed < 0 ? [] : come.splice(renamed, 1);
    if (to === undefined) changes.push({ kind: "removed", alias: entry.alias, entry: entry.kind });
    else {
      changes.push({ kind: "renamed", from: entry.alias, to: to.alias }, ...diffEntries(entry, to, opening));
    }
  }
  for (const entry of come) changes.push({ kind: "added", alias: entry.alias, entry: entry.kind });
  return changes;
}

/** The format, and for PKCS12 the profile with it. */
export function describeProfile(store: Store): string {
  return store.format === "pkcs12" ? `pkcs12 ${store.profile}` : store.format;
}

function diffEntries(before: StoreEntry, after: StoreEntry, opening?: Opening): StoreChange[] {
  if (before.kind === "secret" || after.kind === "secret") {
    return holdsTheSame(before, after) ? [] : [{ kind: "secret-changed", alias: after.alias }];
  }
  const changes = diffChains(after.alias, certificatesOf(before), certificatesOf(after));
  if (before.kind !== "identity" || after.kind !== "identity" || opening === undefined) return changes;
  const isRekeyed = changes.some(({ kind }) => kind === "re-keyed");
  return [
    ...changes,
    ...diffKeys(before, after, opening).filter(({ kind }) => kind !== "re-keyed" || !isRekeyed),
  ];
}

/** What differs between the keys of two entries, whatever their certificates. */
function diffKeys(before: IdentityEntry, after: IdentityEntry, opening: Opening): StoreChange[] {
  const { alias } = after;
  const keyBefore = opening.before(before);
  const keyAfter = opening.after(after);
  if ((keyBefore === undefined) !== (keyAfter === undefined)) return [{ kind: "password-changed", alias }];
  if (keyBefore === undefined || keyAfter === undefined) {
    return isDeepStrictEqual(before.key, after.key) ? [] : [{ kind: "sealed-key-changed", alias }];
  }
  if (isSameKey(keyBefore, keyAfter)) return [];
  const fingerprint = (entry: IdentityEntry) => certificatesOf(entry)[0]?.sha256 ?? "";
  return [{ kind: "re-keyed", alias, from: fingerprint(before), to: fingerprint(after) }];
}

function diffChains(
  alias: string,
  before: readonly Certificate[],
  after: readonly Certificate[],
): StoreChange[] {
  const from = before.map(({ sha256 }) => sha256);
  const to = after.map(({ sha256 }) => sha256);
  if (isDeepStrictEqual(from, to)) return [];
  const [leafBefore] = before;
  const [leafAfter] = after;
  if (leafBefore === undefined || leafAfter === undefined)
    return [{ kind: "chain-changed", alias, from, to }];

  const changes: StoreChange[] = [];
  const isRekeyed = !Buffer.from(leafBefore.spki).equals(leafAfter.spki);
  const expiryBefore = leafBefore.notAfter.toISOString();
  const expiryAfter = leafAfter.notAfter.toISOString();
  const isExpiryMoved = expiryBefore !== expiryAfter;
  if (isRekeyed) {
    changes.push({ kind: "re-keyed", alias, from: leafBefore.sha256, to: leafAfter.sha256 });
  } else if (!isExpiryMoved || !isDeepStrictEqual(from.slice(1), to.slice(1))) {
    changes.push({ kind: "chain-changed", alias, from, to });
  }
  if (isExpiryMoved) changes.push({ kind: "expiry-moved", alias, from: expiryBefore, to: expiryAfter });
  return changes;
}

function certificatesOf(entry: StoreEntry): Certificate[] {
  if (entry.kind === "secret") return [];
  return (entry.kind === "identity" ? entry.chain : [entry.certificate]).map((der) => parseCertificate(der));
}

/** Same kind, same certificates; a secret key by what its codec keeps of it. */
function holdsTheSame(a: StoreEntry, b: StoreEntry): boolean {
  if (a.kind === "identity" && b.kind === "identity") return isSameChain(a.chain, b.chain);
  if (a.kind === "anchor" && b.kind === "anchor") return isSameChain([a.certificate], [b.certificate]);
  return a.kind === "secret" && b.kind === "secret" && isDeepStrictEqual(a.extra, b.extra);
}

/** Opens keys of the two stores, none where the password is another. */
type Opening = Readonly<Record<"before" | "after", (entry: IdentityEntry) => Buffer | undefined>>;

function openingOf(before: Store, after: Store, passwords: DiffPasswords): Opening {
  return { before: opener(before, passwords.before), after: opener(after, passwords.after) };
}

function opener(store: Store, password: string | null): (entry: IdentityEntry) => Buffer | undefined {
  const derivation = storeDerivation(store);
  return (entry) => {
    try {
      return openKey(entry, password, derivation);
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  };
}

/** By the public part; of kinds that this Node cannot compute with, such as ML-DSA, by the key's bytes. */
function isSameKey(a: Buffer, b: Buffer): boolean {
  const [ofA, ofB] = [publicPart(a), publicPart(b)];
  return ofA === undefined || ofB === undefined ? a.equals(b) : ofA.equals(ofB);
}

function publicPart(pkcs8: Buffer): Buffer | undefined {
  try {
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    return createPublicKey(key).export({ format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}
