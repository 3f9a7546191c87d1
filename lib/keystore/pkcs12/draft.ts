import { createHash } from "node:crypto";
import type { EncryptionScheme } from "../encryption";
import { invalidStore } from "../errors";
import type { AnchorEntry, EntryKey, IdentityEntry, SecretEntry, StoreEntry } from "../store";
import { bytesKey } from "./bytesKey";
import { checkChain } from "./entryCheck";
import type { BagEntry } from "./javaEntries";
import { type EntryLayout, entryLayoutOf, type StoreLayout } from "./layout";
import { AttributeType, BagType } from "./oids";
import type { Pkcs12Algorithms } from "./profile";
import {
  type EncodedAttribute,
  friendlyNameAttribute,
  localKeyIdAttribute,
  makeSafeBag,
  type SafeBag,
  trustedKeyUsageAttribute,
} from "./safeBag";

/** A bag that is to be written; a key in the clear is sealed only when everything else is settled. */
export interface DraftBag {
  readonly bag: SafeBag;
  readonly clearKey?: Extract<EntryKey, { kind: "clear" }>;
}

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
  /** Entries that take the place of an entry of the file, by its bag. */
  private readonly continued = new Map<SafeBag, StoreEntry>();
  /** Certificates that some chain needs beyond its leaf. */
  private readonly issuers = new Set<string>();
  /** Certificates that the draft holds so far. */
  private readonly present = new Set<string>();
  /** Identities whose own certificate the draft holds under their name. */
  private readonly withLeaf = new Set<StoreEntry>();
  private readonly bagEntries = new Map<SafeBag, BagEntry>();
  private readonly identitiesByLeaf = new Map<SafeBag, IdentityEntry[]>();

  constructor(
    private readonly entries: readonly StoreEntry[],
    private readonly layout: StoreLayout | undefined,
    private readonly algorithms: Pkcs12Algorithms,
    private readonly explicit: boolean,
  ) {
    for (const entry of layout?.java.entries ?? []) this.bagEntries.set(entry.bag, entry);
    this.findOrigins();
    for (const entry of entries) {
      if (entry.kind === "identity")
        entry.chain.slice(1).forEach((issuer) => this.issuers.add(bytesKey(issuer)));
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
      if (own !== undefined) place(entry, this.bagEntries.get(own.bag));
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
      if (entry.kind === "anchor") {
        if (!placed.has(entry)) certificates.push(this.anchorBag(entry));
      } else {
        if (!placed.has(entry))
          keys.push(entry.kind === "secret" ? renamedSecret(entry) : this.keyBag(entry));
        if (entry.kind === "identity" && !this.withLeaf.has(entry)) this.addLeaf(entry, certificates);
      }
    }
    for (const { bag } of certificates) this.present.add(bytesKey(bag.value));
    for (const entry of this.entries) if (entry.kind === "identity") this.addIssuers(entry, certificates);
    this.place(certificates, [BagType.certificate], this.algorithms.certificates, "last");
    this.place(keys, [BagType.shroudedKey, BagType.secret], undefined, "first");
  }

  private keepBag(bag: SafeBag): DraftBag | undefined {
    const origin = this.bagEntries.get(bag);
    if (origin !== undefined) {
      const entry = this.continued.get(bag);
      if (entry === undefined) return undefined;
      if (entry.kind === "anchor") return this.anchorBag(entry);
      if (entry.kind === "secret") return this.keepsName(entry) ? { bag } : renamedSecret(entry);
      return this.keyBag(entry);
    }
    const hiddenUnder = this.layout?.java.hidden.get(bag);
    if (hiddenUnder !== undefined) return this.stillHidden(hiddenUnder) ? { bag } : undefined;
    return this.layout?.inChains.has(bag) === true ? this.keepChainBag(bag) : { bag };
  }

  /** A bag that a later one hides stays only behind that one, lest it come to light. */
  private stillHidden(alias: string): boolean {
    return [...this.continued.values()].some(
      (entry) => entry.alias.toLowerCase() === alias && this.keepsName(entry),
    );
  }

  private keepChainBag(bag: SafeBag): DraftBag | undefined {
    const owners = (this.identitiesByLeaf.get(bag) ?? []).filter(({ chain }) => isSame(chain[0], bag.value));
    const unchanged = owners.filter((entry) => this.keepsName(entry) && this.keepsKeyId(entry));
    unchanged.forEach((entry) => this.withLeaf.add(entry));
    if (unchanged.length > 0) return { bag };
    const [renamed] = owners;
    if (renamed !== undefined) {
      this.withLeaf.add(renamed);
      return { bag: makeSafeBag(bag.typeId, bag.value, this.identityAttributes(renamed, bag)) };
    }
    return this.issuers.has(bytesKey(bag.value)) ? { bag } : undefined;
  }

  private anchorBag(entry: AnchorEntry): DraftBag {
    const own = entryLayoutOf(entry.extra);
    const { certificate } = entry;
    const sameCertificate = own !== undefined && isSame(own.bag.value, certificate);
    if (own !== undefined && sameCertificate && this.keepsName(entry)) return { bag: own.bag };
    const dropped = sameCertificate ? [] : [AttributeType.localKeyId];
    const attributes = otherAttributes(own, [AttributeType.friendlyName, ...dropped]);
    if (!attributes.some(({ typeId }) => typeId === AttributeType.trustedKeyUsage)) {
      attributes.push(trustedKeyUsageAttribute());
    }
    return {
      bag: makeSafeBag(BagType.certificate, certificate, [friendlyNameAttribute(entry.alias), ...attributes]),
    };
  }

  private keyBag(entry: IdentityEntry): DraftBag {
    const own = entryLayoutOf(entry.extra);
    const { key } = entry;
    const sealed = key.kind === "sealed" ? key.encryptedPrivateKeyInfo : new Uint8Array();
    const same = key.kind === "sealed" && isSame(own?.bag.value, sealed);
    if (own !== undefined && same && this.keepsName(entry) && this.keepsKeyId(entry)) return { bag: own.bag };
    const bag = makeSafeBag(BagType.shroudedKey, sealed, this.identityAttributes(entry, own?.bag));
    return key.kind === "clear" ? { bag, clearKey: key } : { bag };
  }

  private addLeaf(entry: IdentityEntry, certificates: DraftBag[]): void {
    const [leaf] = entry.chain;
    if (leaf === undefined) return;
    checkChain(entry);
    certificates.push({
      bag: makeSafeBag(BagType.certificate, leaf, this.identityAttributes(entry, undefined)),
    });
  }

  /** Issuers get no name: Bouncy Castle takes every named certificate as trusted. */
  private addIssuers({ chain }: IdentityEntry, certificates: DraftBag[]): void {
    for (const issuer of chain.slice(1)) {
      const key = bytesKey(issuer);
      if (this.present.has(key)) continue;
      this.present.add(key);
      certificates.push({ bag: makeSafeBag(BagType.certificate, issuer, []) });
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

  /** Name and key id that a key and its certificate share, with what else the bag had. */
  private identityAttributes(entry: IdentityEntry, bag: SafeBag | undefined): EncodedAttribute[] {
    const own = entryLayoutOf(entry.extra);
    const keepsKeyId = this.keepsKeyId(entry);
    const keyId = keepsKeyId ? own?.bag.attributes.localKeyId : localKeyIdOf(entry);
    const others = (bag?.attributes.encoded ?? []).filter(
      ({ typeId }) => typeId !== AttributeType.friendlyName && typeId !== AttributeType.localKeyId,
    );
    const name = friendlyNameAttribute(entry.alias.toLowerCase());
    return [name, ...(keyId === undefined ? [] : [localKeyIdAttribute(keyId)]), ...others];
  }

  /** Whether the name in the file still stands for the entry. */
  private keepsName(entry: StoreEntry): boolean {
    const own = entryLayoutOf(entry.extra);
    if (own === undefined || (this.explicit && own.bag.attributes.friendlyName === undefined)) return false;
    return entry.kind === "anchor" ? entry.alias === own.alias : entry.alias.toLowerCase() === own.alias;
  }

  /** Whether the key id in the file still stands for the entry: it names the certificate, or the day it came. */
  private keepsKeyId(entry: IdentityEntry): boolean {
    const own = entryLayoutOf(entry.extra);
    if (own === undefined || !isSame(own.leaf?.value, entry.chain[0])) return false;
    const { localKeyId } = own.bag.attributes;
    if (!this.explicit) return true;
    return (
      localKeyId !== undefined &&
      (own.leaf === undefined || isSame(own.leaf.attributes.localKeyId, localKeyId))
    );
  }
}

function renamedSecret(entry: SecretEntry): DraftBag {
  const own = entryLayoutOf(entry.extra);
  if (own === undefined) throw invalidStore(`the secret key "${entry.alias}" has no bag`);
  const attributes = otherAttributes(own, [AttributeType.friendlyName]);
  const name = friendlyNameAttribute(entry.alias.toLowerCase());
  return { bag: makeSafeBag(BagType.secret, own.bag.value, [name, ...attributes]) };
}

function otherAttributes(own: EntryLayout | undefined, dropped: readonly string[]): EncodedAttribute[] {
  return (own?.bag.attributes.encoded ?? []).filter(({ typeId }) => !dropped.includes(typeId));
}

/** SHA-1 of the certificate, as OpenSSL has it; of the alias for a key without one, never of the key. */
function localKeyIdOf({ alias, chain }: IdentityEntry): Buffer {
  return createHash("sha1")
    .update(chain[0] ?? alias.toLowerCase())
    .digest();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}
