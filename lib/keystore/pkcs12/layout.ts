import type { EncryptionScheme } from "../encryption";
import type { EntryExtra } from "../store";
import type { JavaEntries } from "./javaEntries";
import type { Mac, MacScheme } from "./mac";
import { BagType } from "./oids";
import type { SafeBag } from "./safeBag";

/** One SafeContents of a file and how it is protected. */
export interface LayoutPart {
  /** Absent where it is in the clear. */
  readonly encryption?: EncryptionScheme;
  readonly bags: readonly SafeBag[];
}

/** The file itself, to be given back where nothing changed. */
export interface LayoutSource {
  readonly bytes: Buffer;
  readonly authenticatedSafe: Uint8Array;
  readonly mac: Mac | undefined;
}

/** What a store that was read keeps of its file, so that an edit changes no more than the entries. */
export class StoreLayout {
  constructor(
    readonly profile: string,
    readonly parts: readonly LayoutPart[],
    readonly java: JavaEntries,
    /** Certificate bags that belong to a chain; they go when the last chain that needs them goes. */
    readonly inChains: ReadonlySet<SafeBag>,
    /** Absent where nothing protects the file's integrity. */
    readonly mac: MacScheme | undefined,
    /** Encryption of the first key; absent where there is none. */
    readonly keyEncryption: EncryptionScheme | undefined,
    /** Absent where the layout is no longer the file's. */
    readonly source: LayoutSource | undefined,
  ) {}

  /** The same bags under other algorithms; parts that held but keys in the clear of their own stay so. */
  withAlgorithms(
    profile: string,
    certificates: EncryptionScheme,
    key: EncryptionScheme,
    mac: MacScheme,
  ): StoreLayout {
    const parts = this.parts.map(({ bags, encryption }) =>
      encryption !== undefined || bags.some(({ typeId }) => typeId === BagType.certificate)
        ? { bags, encryption: certificates }
        : { bags },
    );
    return new StoreLayout(profile, parts, this.java, this.inChains, mac, key, undefined);
  }
}

/** What an entry that was read keeps of its file. */
export class EntryLayout {
  constructor(
    /** Alias under which it was read; the bag's own name may be spelled otherwise or be missing. */
    readonly alias: string,
    readonly bag: SafeBag,
    /** Bag of the key's own certificate. */
    readonly leaf: SafeBag | undefined,
    /** The chain as it was read; an entry that still has this very one needs no check. */
    readonly chain: readonly Uint8Array[],
  ) {}
}

/** The layout in a store's extra; undefined for a store that is new or of another format. */
export function storeLayoutOf(extra: EntryExtra | undefined): StoreLayout | undefined {
  return extra?.codec === "pkcs12" && extra.value instanceof StoreLayout ? extra.value : undefined;
}

/** The layout in an entry's extra; undefined for an entry that is new or of another format. */
export function entryLayoutOf(extra: EntryExtra | undefined): EntryLayout | undefined {
  return extra?.codec === "pkcs12" && extra.value instanceof EntryLayout ? extra.value : undefined;
}
