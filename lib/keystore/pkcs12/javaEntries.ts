import { bytesKey } from "./bytesKey";
import { BagType } from "./oids";
import type { SafeBag } from "./safeBag";

/** An entry as Java shows it, with the bags it is made of. */
export type BagEntry = IdentityBags | AnchorBag | SecretBag;

export interface IdentityBags {
  readonly kind: "identity";
  /** In lower case, as Java looks keys up. */
  readonly alias: string;
  readonly bag: SafeBag;
  /** Bag of the key's own certificate; absent where Java finds none. */
  readonly leaf?: SafeBag;
}

export interface AnchorBag {
  readonly kind: "anchor";
  /** As the file spells it. */
  readonly alias: string;
  readonly bag: SafeBag;
}

export interface SecretBag {
  readonly kind: "secret";
  readonly alias: string;
  readonly bag: SafeBag;
}

/** What Java makes of the bags of a file. */
export interface JavaEntries {
  /** In the order in which Java lists them. */
  readonly entries: readonly BagEntry[];
  /** Bags of entries that a later one under the same alias hides, by that alias in lower case. */
  readonly hidden: ReadonlyMap<SafeBag, string>;
  /** All certificate bags, in the order of the file. */
  readonly certificates: readonly SafeBag[];
}

type Found = AnchorBag | SecretBag | (IdentityBags & { readonly keyId: string });

interface CandidateLeaf {
  readonly alias: string | undefined;
  readonly keyId: string | undefined;
  readonly bag: SafeBag;
}

/** localKeyID that Java gives the only key of a file, and the first certificate after it, where they have none. */
const ONLY_KEY_ID = "01";

/**
 * Reads bags as `PKCS12KeyStore.engineLoad` of JDK 8 to 25 does: which are entries, under which alias, and which
 * certificate is whose.
 *
 * @param contents bags of each SafeContents, in the order of the file
 */
export function readJavaEntries(contents: readonly (readonly SafeBag[])[]): JavaEntries {
  const found = new Map<string, Found>();
  const hidden = new Map<SafeBag, string>();
  const leaves: CandidateLeaf[] = [];
  const certificates: SafeBag[] = [];
  let unnamed = 0;
  let keyCount = 0;

  const nameOf = (bag: SafeBag): string => bag.attributes.friendlyName ?? String((unnamed += 1));
  const put = (entry: Found): void => {
    const alias = entry.alias.toLowerCase();
    const earlier = found.get(alias);
    if (earlier !== undefined) hidden.set(earlier.bag, alias);
    found.set(alias, entry);
  };

  for (const bags of contents) {
    for (const [index, bag] of bags.entries()) {
      const { localKeyId, friendlyName, trusted } = bag.attributes;
      const keyId = localKeyId === undefined ? undefined : bytesKey(localKeyId);
      if (bag.typeId === BagType.shroudedKey) {
        keyCount += 1;
        // Java skips keys without localKeyID, but for the only one of the file so far.
        if (keyId === undefined && keyCount > 1) continue;
        put({ kind: "identity", alias: nameOf(bag).toLowerCase(), keyId: keyId ?? ONLY_KEY_ID, bag });
      } else if (bag.typeId === BagType.secret) {
        put({ kind: "secret", alias: nameOf(bag).toLowerCase(), bag });
      } else if (bag.typeId === BagType.certificate) {
        const implied = keyCount === 1 && index === 0 ? ONLY_KEY_ID : undefined;
        if (trusted) put({ kind: "anchor", alias: nameOf(bag), bag });
        else leaves.push({ alias: friendlyName, keyId: keyId ?? implied, bag });
        certificates.push(bag);
      }
    }
  }

  const leafOf = createLeafFinder(leaves);
  const entries = [...found.values()].map((entry): BagEntry => {
    if (entry.kind !== "identity") return entry;
    const { kind, alias, keyId, bag } = entry;
    const leaf = leafOf(alias, keyId);
    return { kind, alias, bag, ...(leaf === undefined ? {} : { leaf }) };
  });
  return { entries, hidden, certificates };
}

/** `PKCS12KeyStore.findMatchedCertificate`: key id and name, else key id (the last one), else name (the last one). */
function createLeafFinder(
  leaves: readonly CandidateLeaf[],
): (alias: string, keyId: string) => SafeBag | undefined {
  const byBoth = new Map<string, SafeBag>();
  const byKeyId = new Map<string, SafeBag>();
  const byAlias = new Map<string, SafeBag>();
  for (const { alias, keyId, bag } of leaves) {
    const name = alias?.toLowerCase();
    const both = JSON.stringify([keyId, name]);
    if (keyId !== undefined) byKeyId.set(keyId, bag);
    if (name !== undefined) byAlias.set(name, bag);
    if (keyId !== undefined && name !== undefined && !byBoth.has(both)) byBoth.set(both, bag);
  }
  return (alias, keyId) =>
    byBoth.get(JSON.stringify([keyId, alias])) ?? byKeyId.get(keyId) ?? byAlias.get(alias);
}

/** Java keeps a key's date as the text of its localKeyID: `Time 1700000000000`. */
export function createdMsOf(bag: SafeBag): number | undefined {
  const text = Buffer.from(bag.attributes.localKeyId ?? []).toString("utf8");
  const digits = /^Time (\d{1,15})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
