import type { EncryptionScheme } from "../encryption";
import type { IdentityEntry, StoreEntry } from "../store";
import { bytesKey } from "./bytesKey";
import { type DraftBag, EntryBags } from "./entryBags";
import type { BagEntry } from "./javaEntries";
import { entryLayoutOf, type StoreLayout } from "./layout";
import { BagType } from "./oids";
import type { Pkcs12Algorithms } from "./profile";
import type { SafeBag } from "./safeBag";

export interface DraftPart {
  /** Absent where the part is written in the clear. */
  readonly encryption: EncryptionScheme | undefined;
  readonly bags: DraftBag[];
}

/**
 * Lays out the bags of a store: those of its file that still serve, as they were, and new ones beside their like.
 *
 * @param naming `explicit` gives a name and a key id to every entry that has lived without
 */
export function draftParts(
  entries: readonly StoreEntry[],
  layout: StoreLayout | undefined,
  algorithms: Pkcs12Algorithms,
  naming: "as-found" | "explicit",
): DraftPart[] {
  const draft = new Draft(entries, layout, algorithms, naming === "explicit");
  draft.keepParts();
  draft.addMissing();
  return draft.parts.filter(({ bags }) => bags.length > 0);
}

class Draft {
  readonly parts: DraftPart[] = [];
  private readonly bags: EntryBags;
  private readonly aliases: ReadonlySet<string>;
  /** Entries of the file, by their bag. */
  private readonly origins = new Map<SafeBag, BagEntry>();
  /** Entries that take the place of one of the file, by its bag. */
  private readonly continued = new Map<SafeBag, StoreEntry>();
  private readonly identitiesByLeaf = new Map<SafeBag, IdentityEntry[]>();
  /** Aliases under which the file's own entry is still found. */
  private readonly keptAliases = new Set<string>();
  /** Certificates that some chain needs beyond its leaf. */
  private readonly issuers = new Set<string>();
  /** Certificates that the draft holds so far. */
  private readonly present = new Set<string>();
  /** Identities whose own certificate the draft holds under their name. */
  private readonly withLeaf = new Set<StoreEntry>();

  constructor(
    private readonly entries: readonly StoreEntry[],
    private readonly layout: StoreLayout | undefined,
    private readonly algorithms: Pkcs12Algorithms,
    private readonly explicit: boolean,
  ) {
    this.bags = new EntryBags(explicit);
    this.aliases = new Set(entries.map(({ alias }) => alias.toLowerCase()));
    for (const origin of layout?.java.entries ?? []) this.origins.set(origin.bag, origin);
    this.findOrigins();
    for (const entry of this.continued.values()) {
      if (this.bags.keepsName(entry)) this.keptAliases.add(entry.alias.toLowerCase());
    }
    for (const entry of entries) {
      if (entry.kind !== "identity") continue;
      for (const issuer of entry.chain.slice(1)) this.issuers.add(bytesKey(issuer));
    }
  }

  /** An entry takes the place of the one it was read as, or else of the one whose alias it takes over. */
  private findOrigins(): void {
    const placed = new Set<StoreEntry>();
    const place = (entry: StoreEntry, origin: BagEntry | undefined): void => {
      if (placed.has(entry) || origin?.kind !== entry.kind || this.continued.has(origin.bag)) return;
      placed.add(entry);
      this.continued.set(origin.bag, entry);
      if (entry.kind !== "identity" || origin.kind !== "identity" || origin.leaf === undefined) return;
      this.identitiesByLeaf.set(origin.leaf, [...(this.identitiesByLeaf.get(origin.leaf) ?? []), entry]);
    };
    for (const entry of this.entries) {
      const own = entryLayoutOf(entry.extra);
      if (own !== undefined) place(entry, this.origins.get(own.bag));
    }
    const byAlias = new Map(this.layout?.java.entries.map((origin) => [origin.alias.toLowerCase(), origin]));
    for (const entry of this.entries) place(entry, byAlias.get(entry.alias.toLowerCase()));
  }

  /** Goes through the bags of the file. */
  keepParts(): void {
    for (const { encryption, bags } of this.layout?.parts ?? []) {
      const kept: DraftBag[] = [];
      for (const bag of bags) {
        const draftBag = this.keepBag(bag);
        if (draftBag !== undefined) kept.push(draftBag);
        if (draftBag?.bag.typeId === BagType.certificate) this.present.add(bytesKey(draftBag.bag.value));
      }
      this.parts.push({ encryption, bags: kept });
    }
  }

  /** Adds what the entries need and the file does not hold, in the order of the entries. */
  addMissing(): void {
    const placed = new Set(this.continued.values());
    const certificates: DraftBag[] = [];
    const keys: DraftBag[] = [];
    for (const entry of this.entries) {
      if (entry.kind === "anchor" && !placed.has(entry)) certificates.push(this.bags.anchor(entry));
      if (entry.kind === "secret" && !placed.has(entry)) keys.push(this.bags.secret(entry));
      if (entry.kind !== "identity") continue;
      const [leaf] = entry.chain;
      if (!placed.has(entry)) keys.push(this.bags.key(entry));
      if (leaf !== undefined && !this.withLeaf.has(entry)) certificates.push(this.bags.leaf(entry, leaf));
    }
    for (const { bag } of certificates) this.present.add(bytesKey(bag.value));
    for (const entry of this.entries) if (entry.kind === "identity") this.addIssuers(entry, certificates);
    this.place(certificates, [BagType.certificate], this.algorithms.certificates, "last");
    this.place(keys, [BagType.shroudedKey, BagType.secret], undefined, "first");
  }

  private keepBag(bag: SafeBag): DraftBag | undefined {
    const entry = this.continued.get(bag);
    if (entry?.kind === "anchor") return this.bags.anchor(entry);
    if (entry?.kind === "secret") return this.bags.secret(entry);
    if (entry?.kind === "identity") return this.bags.key(entry);
    if (this.origins.has(bag)) return this.keepAsIssuer(bag);
    const alias = this.layout?.java.hidden.get(bag);
    if (alias !== undefined) return this.stillHidden(bag, alias) ? { bag } : this.keepAsIssuer(bag);
    if (this.explicit && bag.typeId === BagType.shroudedKey && this.wouldHide(bag)) return undefined;
    return this.layout?.inChains.has(bag) === true ? this.keepChainBag(bag) : { bag };
  }

  /** A bag that a later one hides stays only behind that one, lest it come to light. */
  private stillHidden({ attributes }: SafeBag, alias: string): boolean {
    // Once all others have names, a nameless one would be counted as "1".
    if (this.explicit && attributes.friendlyName === undefined) return false;
    return this.keptAliases.has(alias);
  }

  /** A key that Java skips comes to light when it becomes the only one; it must not take an entry's alias then. */
  private wouldHide({ attributes: { friendlyName } }: SafeBag): boolean {
    return friendlyName === undefined || this.aliases.has(friendlyName.toLowerCase());
  }

  private keepChainBag(bag: SafeBag): DraftBag | undefined {
    const owners = (this.identitiesByLeaf.get(bag) ?? []).filter(
      ({ chain: [leaf] }) => leaf !== undefined && bytesKey(leaf) === bytesKey(bag.value),
    );
    const drafts = owners.map((owner) => ({ owner, draft: this.bags.leaf(owner, bag.value, bag) }));
    // Where two keys share it, the one that keeps it as it is comes first.
    const chosen = drafts.find(({ draft }) => draft.bag === bag) ?? drafts[0];
    if (chosen === undefined) return this.issuers.has(bytesKey(bag.value)) ? { bag } : undefined;
    for (const { owner, draft } of drafts) {
      if (owner === chosen.owner || draft.bag === bag) this.withLeaf.add(owner);
    }
    return chosen.draft;
  }

  /** A certificate that is no longer trusted stays where it is, without a name, if a chain needs it. */
  private keepAsIssuer(bag: SafeBag): DraftBag | undefined {
    const needed = bag.typeId === BagType.certificate && this.issuers.has(bytesKey(bag.value));
    return needed ? this.bags.issuer(bag.value) : undefined;
  }

  private addIssuers({ chain }: IdentityEntry, certificates: DraftBag[]): void {
    for (const issuer of chain.slice(1)) {
      const key = bytesKey(issuer);
      if (this.present.has(key)) continue;
      this.present.add(key);
      certificates.push(this.bags.issuer(issuer));
    }
  }

  /** Puts bags beside others of their kind, or into a part of their own. */
  private place(
    bags: readonly DraftBag[],
    beside: readonly string[],
    encryption: EncryptionScheme | undefined,
    otherwise: "first" | "last",
  ): void {
    if (bags.length === 0) return;
    const index = (this.layout?.parts ?? []).findIndex((part) =>
      part.bags.some(({ typeId }) => beside.includes(typeId)),
    );
    const part = this.parts[index];
    if (part !== undefined) part.bags.push(...bags);
    else if (otherwise === "first") this.parts.unshift({ encryption, bags: [...bags] });
    else this.parts.push({ encryption, bags: [...bags] });
  }
}
