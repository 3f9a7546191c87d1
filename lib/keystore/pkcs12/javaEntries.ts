import { createChainBuilder } from "./chainBuilder";
import { BagType } from "./oids";
import type { SafeBag } from "./safeBag";

/** An entry as Java shows it, with the bags it is made of. */
export type BagEntry =
  | {
      readonly kind: "identity";
      readonly alias: string;
      readonly createdMs?: number;
      readonly bag: SafeBag;
      /** Certificate bags, leaf first; empty where Java finds no certificate for the key. */
      readonly chain: readonly SafeBag[];
    }
  | { readonly kind: "anchor"; readonly alias: string; readonly bag: SafeBag }
  | { readonly kind: "secret"; readonly alias: string; readonly createdMs?: number; readonly bag: SafeBag };

/** What Java makes of the bags of a file. */
export interface JavaEntries {
  /** In the order in which Java lists them. */
  readonly entries: readonly BagEntry[];
  /** Bags of entries that a later one under the same alias hides, by that alias in lower case. */
  readonly hidden: ReadonlyMap<SafeBag, string>;
}

interface PendingKey {
  readonly kind: "identity" | "secret";
  readonly alias: string;
  readonly keyId: string;
  readonly bag: SafeBag;
}

interface CandidateLeaf {
  readonly alias: string | undefined;
  readonly keyId: string | undefined;
  readonly bag: SafeBag;
}

/** localKeyID that Java gives the only key of a file, and the first certificate after it, where they have none. */
const ONLY_KEY_ID = "01";

/**
 * Reads bags as `PKCS12KeyStore.engineLoad` of JDK 8 to 25 does: which are entries, under which alias, and which
 * certificates make up whose chain.
 *
 * @param contents bags of each SafeContents, in the order of the file
 */
export function readJavaEntries(contents: readonly (readonly SafeBag[])[]): JavaEntries {
  const found = new Map<
    string,
    PendingKey | { readonly kind: "anchor"; readonly alias: string; readonly bag: SafeBag }
  >();
  const hidden = new Map<SafeBag, string>();
  const leaves: CandidateLeaf[] = [];
  const certificates: SafeBag[] = [];
  let unnamed = 0;
  let keyCount = 0;

  const nameOf = (bag: SafeBag): string => bag.attributes.friendlyName ?? String((unnamed += 1));
  const put = (entry: PendingKey | { kind: "anchor"; alias: string; bag: SafeBag }): void => {
    const alias = entry.alias.toLowerCase();
    const earlier = found.get(alias);
    if (earlier !== undefined) hidden.set(earlier.bag, alias);
    found.set(alias, entry);
  };

  for (const bags of contents) {
    for (const [index, bag] of bags.entries()) {
      const { localKeyId, friendlyName, trusted } = bag.attributes;
      let keyId = localKeyId === undefined ? undefined : hex(localKeyId);
      if (bag.typeId === BagType.shroudedKey) {
        keyCount += 1;
        if (keyId === undefined && keyCount > 1) continue;
        put({ kind: "identity", alias: nameOf(bag).toLowerCase(), keyId: keyId ?? ONLY_KEY_ID, bag });
      } else if (bag.typeId === BagType.secret) {
        put({ kind: "secret", alias: nameOf(bag).toLowerCase(), keyId: keyId ?? "", bag });
      } else if (bag.typeId === BagType.certificate) {
        if (keyId === undefined && keyCount === 1 && index === 0) keyId = ONLY_KEY_ID;
        if (trusted) put({ kind: "anchor", alias: nameOf(bag), bag });
        else leaves.push({ alias: friendlyName, keyId, bag });
        certificates.push(bag);
      }
    }
  }

  const hasKeys = keyCount > 0;
  const chains = hasKeys ? createChainBuilder(certificates) : undefined;
  const leafOf = createLeafFinder(leaves);
  const entries = [...found.values()].map((entry): BagEntry => {
    if (entry.kind === "anchor") return entry;
    const { kind, alias, bag } = entry;
    const created = createdMs(bag);
    const common = { alias, bag, ...(created === undefined ? {} : { createdMs: created }) };
    if (kind === "secret") return { kind, ...common };
    const leaf = leafOf(entry);
    return { kind, ...common, chain: leaf === undefined ? [] : (chains?.chainOf(leaf) ?? []) };
  });
  return { entries, hidden };
}

/** `PKCS12KeyStore.findMatchedCertificate`: key id and name, else key id (the last one), else name (the last one). */
function createLeafFinder(leaves: readonly CandidateLeaf[]): (key: PendingKey) => SafeBag | undefined {
  const byBoth = new Map<string, SafeBag>();
  const byKeyId = new Map<string, SafeBag>();
  const byAlias = new Map<string, SafeBag>();
  for (const { alias, keyId, bag } of leaves) {
    const name = alias?.toLowerCase();
    if (keyId !== undefined) byKeyId.set(keyId, bag);
    if (name !== undefined) byAlias.set(name, bag);
    const both = `${keyId} ${name}`;
    if (keyId !== undefined && name !== undefined && !byBoth.has(both)) byBoth.set(both, bag);
  }
  return ({ alias, keyId }) => byBoth.get(`${keyId} ${alias}`) ?? byKeyId.get(keyId) ?? byAlias.get(alias);
}

/** Java keeps an entry's date as the text of its localKeyID: `Time 1700000000000`. */
function createdMs(bag: SafeBag): number | undefined {
  const text = Buffer.from(bag.attributes.localKeyId ?? []).toString("utf8");
  const digits = /^Time (\d{1,15})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
