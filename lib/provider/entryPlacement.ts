import { createHash } from "node:crypto";
import { findOwnedEntry, type OwnedEntry, type Ownership, withOwnedEntry, withoutOwnedEntry } from "../hosts";
import {
  type AnchorEntry,
  findEntry,
  type IdentityEntry,
  removeEntry,
  renameEntry,
  setEntry,
  type Store,
  type StoreEntry,
} from "../keystore";
import type { StoreDraft } from "./storeDraft";

/** An entry that is declared here. */
export type DeclaredEntry = IdentityEntry | AnchorEntry;

/** How an entry is put into a store that may hold something under its alias. */
export interface PlacementOptions {
  /** Whether it takes the place of whatever is there: an update, whose plan showed what that is. */
  readonly takesPlace: boolean;
  /** Whether an entry under the alias already holds exactly what is declared. */
  readonly isSame: (existing: DeclaredEntry) => boolean;
  /** Called for somebody else's entry; throws where that has to stay. */
  readonly onForeign: (existing: StoreEntry) => void;
  /** Called where the alias for the older generation is taken by somebody else; throws. */
  readonly onPreviousTaken: (alias: string) => never;
}

/** Where an entry of ours is: under its alias, or, the older of two generations, under the one beside it. */
export interface LocatedEntry {
  readonly entry: DeclaredEntry;
  readonly isPrevious: boolean;
}

/** What became of an entry that should go. */
export type Removal = "removed" | "restored" | "not-restored" | "gone" | "not-ours";

/** Where the older of two generations waits until nobody needs it. */
export function previousAlias(alias: string): string {
  return `${alias}-previous`;
}

/** SHA-256 of an entry's certificate as keytool prints it; undefined for a secret key. */
export function fingerprintOf(entry: StoreEntry): string | undefined {
  if (entry.kind === "secret") return undefined;
  const certificate = certificateOf(entry);
  if (certificate === undefined) return undefined;
  const hash = createHash("sha256").update(certificate).digest("hex").toUpperCase();
  return (hash.match(/../g) ?? []).join(":");
}

/** DER of the certificate that an entry stands for: the leaf of an identity, or the anchor. */
export function certificateOf(entry: DeclaredEntry): Uint8Array | undefined {
  return entry.kind === "anchor" ? entry.certificate : entry.chain[0];
}

/**
 * Puts an entry into a store and claims it.
 *
 * What already holds the declared content is adopted. An older anchor of ours moves to `<alias>-previous`, so
 * that both are trusted until the older one's own resource is destroyed.
 */
export function placeEntry(
  draft: StoreDraft & { readonly store: Store },
  entry: DeclaredEntry,
  options: PlacementOptions,
): StoreDraft {
  const { store, ownership } = draft;
  const existing = findEntry(store, entry.alias);
  const record = findOwnedEntry(ownership, entry.alias);
  const displaced = record?.displaced === true ? { displaced: true as const } : {};
  if (existing === undefined) return claim(draft, store, entry, displaced);
  if (existing.kind === entry.kind && options.isSame(existing)) {
    if (isClaimed(record, existing)) return draft;
    return { ...draft, ownership: claimed(ownership, entry, record ?? {}) };
  }
  const ours = existing.kind === entry.kind && isOurs(ownership, entry.alias, existing);
  if (!options.takesPlace && ours && entry.kind === "anchor") return rotate(draft, entry, options);
  if (!options.takesPlace && !ours) {
    options.onForeign(existing);
    return claim(draft, store, entry, { displaced: true });
  }
  return claim(draft, store, entry, {
    ...displaced,
    ...replacing(ours ? fingerprintOf(existing) : undefined),
  });
}

/**
 * Finds what a resource stands for, given the fingerprint in its state. Something else under its alias is
 * given as it is, unless that is a newer anchor of ours: then the resource's own is gone.
 */
export function locateEntry(
  { store, ownership }: StoreDraft,
  kind: DeclaredEntry["kind"],
  alias: string,
  sha256: string,
): LocatedEntry | undefined {
  if (store === undefined) return undefined;
  const current = findEntry(store, alias);
  if (current !== undefined && current.kind === kind && fingerprintOf(current) === sha256) {
    return { entry: current, isPrevious: false };
  }
  const older = findPrevious(store, ownership, alias);
  if (older !== undefined && fingerprintOf(older) === sha256) return { entry: older, isPrevious: true };
  if (current === undefined || current.kind !== kind) return undefined;
  if (kind === "anchor" && sha256 !== "" && isOurs(ownership, alias, current)) return undefined;
  return { entry: current, isPrevious: false };
}

/** Claims what is under an alias as it is, because a person said so. */
export function adoptEntry(draft: StoreDraft, kind: DeclaredEntry["kind"], alias: string): StoreDraft {
  const entry = draft.store === undefined ? undefined : findEntry(draft.store, alias);
  if (entry === undefined || entry.kind !== kind) return draft;
  return { ...draft, ownership: claimed(draft.ownership, entry, {}) };
}

/** Takes an entry of ours out of a store, by the fingerprint in its resource's state. */
export async function withdrawEntry(
  draft: StoreDraft & { readonly store: Store },
  alias: string,
  sha256: string,
  readOriginalStore: () => Promise<Store | undefined>,
): Promise<{ readonly draft: StoreDraft; readonly removal: Removal }> {
  const { store, ownership } = draft;
  const current = findEntry(store, alias);
  const older = findPrevious(store, ownership, alias);
  const currentSha256 = current === undefined ? undefined : fingerprintOf(current);

  if (current !== undefined && currentSha256 === sha256 && isOurs(ownership, alias, current)) {
    return vacate(draft, alias, older, readOriginalStore);
  }
  if (older !== undefined && fingerprintOf(older) === sha256) {
    const next = {
      store: removeEntry(store, older.alias),
      ownership: withoutOwnedEntry(ownership, older.alias),
    };
    return { draft: next, removal: "removed" };
  }
  // A newer generation of ours: it stays claimed, and this one is gone.
  if (current !== undefined && isOurs(ownership, alias, current)) return { draft, removal: "gone" };
  const next = { ...draft, ownership: withoutOwnedEntry(ownership, alias) };
  return { draft: next, removal: current === undefined ? "gone" : "not-ours" };
}

/**
 * Drops claims to what a killed run, or somebody by hand, has removed; not those that say what has to be put
 * back.
 */
export function withoutEmptyClaims(store: Store, ownership: Ownership): Ownership {
  const entries = new Map(store.entries.map((entry) => [entry.alias.toLowerCase(), entry]));
  const kept = Object.entries(ownership.entries).filter(([alias, record]) => {
    if (record.displaced === true || entries.has(alias)) return true;
    // The record says that it has moved; the store of a killed run says not yet.
    const unmoved =
      record.previous === true ? entries.get(alias.slice(0, -previousAlias("").length)) : undefined;
    return unmoved !== undefined && isClaimed(record, unmoved);
  });
  return { ...ownership, entries: Object.fromEntries(kept) };
}

/** Whether an entry is ours: by alias and by what it holds. */
export function isOurs(ownership: Ownership, alias: string, entry: StoreEntry): boolean {
  const older = findOwnedEntry(ownership, previousAlias(alias));
  // A run that was killed after the record says that the older one has moved; the store says not yet.
  return (
    isClaimed(findOwnedEntry(ownership, alias), entry) ||
    (older?.previous === true && isClaimed(older, entry))
  );
}

function isClaimed(record: OwnedEntry | undefined, entry: StoreEntry): boolean {
  const sha256 = fingerprintOf(entry);
  return (
    record !== undefined && sha256 !== undefined && (record.sha256 === sha256 || record.replaces === sha256)
  );
}

function rotate(
  { store, ownership }: StoreDraft & { readonly store: Store },
  entry: DeclaredEntry,
  options: PlacementOptions,
): StoreDraft {
  const existing = findEntry(store, entry.alias);
  const sha256 = existing === undefined ? undefined : fingerprintOf(existing);
  if (sha256 === undefined) return claim({ ownership }, store, entry, {});
  const target = previousAlias(entry.alias);
  const occupant = findEntry(store, target);
  if (occupant !== undefined && findPrevious(store, ownership, entry.alias) === undefined) {
    options.onPreviousTaken(target);
  }
  const moved = renameEntry(removeEntry(store, target), entry.alias, target);
  const record = withOwnedEntry(ownership, target, { kind: "anchor", sha256, previous: true });
  const displaced =
    findOwnedEntry(ownership, entry.alias)?.displaced === true ? { displaced: true as const } : {};
  return claim({ ownership: record }, moved, entry, displaced);
}

/** Empties an alias of ours: the older generation moves back, else what it displaced is put back. */
async function vacate(
  { store, ownership }: StoreDraft & { readonly store: Store },
  alias: string,
  older: DeclaredEntry | undefined,
  readOriginalStore: () => Promise<Store | undefined>,
): Promise<{ readonly draft: StoreDraft; readonly removal: Removal }> {
  const displaced = findOwnedEntry(ownership, alias)?.displaced === true;
  const current = findEntry(store, alias);
  const left = current === undefined ? undefined : fingerprintOf(current);
  const without = removeEntry(store, alias);
  const record = withoutOwnedEntry(ownership, alias);
  if (older !== undefined) {
    const { alias: from } = older;
    const sha256 = fingerprintOf(older) ?? "";
    const next = {
      store: renameEntry(without, from, alias),
      ownership: withOwnedEntry(withoutOwnedEntry(record, from), alias, {
        kind: older.kind,
        sha256,
        ...replacing(left),
        ...(displaced ? { displaced } : {}),
      }),
    };
    return { draft: next, removal: "removed" };
  }
  if (!displaced) return { draft: { store: without, ownership: record }, removal: "removed" };
  const original = await readOriginalStore();
  const restored = original?.format === store.format ? findEntry(original, alias) : undefined;
  if (restored === undefined)
    return { draft: { store: without, ownership: record }, removal: "not-restored" };
  // In its old place, not at the end.
  return { draft: { store: setEntry(store, restored), ownership: record }, removal: "restored" };
}

function findPrevious(store: Store, ownership: Ownership, alias: string): DeclaredEntry | undefined {
  const record = findOwnedEntry(ownership, previousAlias(alias));
  const entry = findEntry(store, previousAlias(alias));
  if (record?.previous !== true || entry === undefined || entry.kind === "secret") return undefined;
  return isClaimed(record, entry) ? entry : undefined;
}

function claim(
  { ownership }: Pick<StoreDraft, "ownership">,
  store: Store,
  entry: DeclaredEntry,
  marks: Pick<OwnedEntry, "displaced" | "replaces">,
): StoreDraft {
  return { store: setEntry(store, entry), ownership: claimed(ownership, entry, marks) };
}

function claimed(
  ownership: Ownership,
  entry: DeclaredEntry,
  { displaced, replaces }: Pick<OwnedEntry, "displaced" | "replaces">,
): Ownership {
  return withOwnedEntry(ownership, entry.alias, {
    kind: entry.kind,
    sha256: fingerprintOf(entry) ?? "",
    ...replacing(replaces),
    ...(displaced === true ? { displaced } : {}),
  });
}

function replacing(sha256: string | undefined): Pick<OwnedEntry, "replaces"> {
  return sha256 === undefined ? {} : { replaces: sha256 };
}
