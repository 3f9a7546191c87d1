import { parseCertificate, PkiError } from "../pki";
import type { IdentityEntry, Store } from "./store";

/** Key types as JSSE asks for them, first come first served (found by experiment, JDK 17 and 25). */
const KEY_TYPES = ["EC", "EdDSA", "RSA", "RSASSA-PSS", "DSA"] as const;

/**
 * The identities of a store in the order in which Java's default key manager (SunX509) considers them: key
 * type first, then the order of a `HashMap` of the aliases. It looks at no date, no usage and no server
 * name, so the first one whose issuers suit the peer is presented.
 *
 * @see sun.security.ssl.SunX509KeyManagerImpl
 */
export function presentationOrder(store: Store): IdentityEntry[] {
  const identities = new Map<string, IdentityEntry>();
  for (const alias of aliasesAsJava(store)) {
    const entry = identityUnder(store, alias);
    if (entry !== undefined) identities.set(alias, entry);
  }
  const ordered = hashMapOrder([...identities.keys()]).flatMap((alias) => identities.get(alias) ?? []);
  return KEY_TYPES.flatMap((type) => ordered.filter((entry) => keyTypeOf(entry) === type));
}

/**
 * Alias that a Java server or client with default settings presents.
 *
 * @param accepts which identities the peer takes, for example those of an issuer it trusts
 * @default accepts any
 */
export function presentedAlias(
  store: Store,
  accepts: (entry: IdentityEntry) => boolean = () => true,
): string | undefined {
  return presentationOrder(store).find(accepts)?.alias;
}

/** `String.hashCode`. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

/** What `KeyStore.aliases()` gives: the order of the file in PKCS12, that of a `Hashtable` in JKS and JCEKS. */
function aliasesAsJava(store: Store): string[] {
  const aliases = store.entries.map((entry) => entry.alias);
  return store.format === "pkcs12"
    ? [...new Set(aliases.map((alias) => alias.toLowerCase()))]
    : hashtableOrder(aliases);
}

/** Java looks up the alias in lower case, so that another spelling in JKS is never found. */
function identityUnder(store: Store, alias: string): IdentityEntry | undefined {
  const wanted = alias.toLowerCase();
  const entry =
    store.format === "pkcs12"
      ? store.entries.filter((entry) => entry.alias.toLowerCase() === wanted).at(-1)
      : store.entries.find((entry) => entry.alias === wanted);
  return entry?.kind === "identity" && (store.format === "pkcs12" || alias === wanted) ? entry : undefined;
}

/** Replays `java.util.Hashtable`: new ones go to the head of a slot, growing turns each slot round. */
function hashtableOrder(keys: readonly string[]): string[] {
  let slots: string[][] = emptySlots(11);
  let count = 0;
  for (const key of keys) {
    if (count >= Math.floor(slots.length * 0.75)) {
      const grown = emptySlots(slots.length * 2 + 1);
      for (const moved of lastSlotFirst(slots)) slotOf(grown, moved).unshift(moved);
      slots = grown;
    }
    slotOf(slots, key).unshift(key);
    count += 1;
  }
  return lastSlotFirst(slots);
}

function lastSlotFirst(slots: readonly string[][]): string[] {
  return slots.reduceRight<string[]>((keys, slot) => keys.concat(slot), []);
}

function slotOf(slots: string[][], key: string): string[] {
  return slots[(javaHashCode(key) & 0x7fffffff) % slots.length] ?? [];
}

/** Replays `java.util.HashMap`: new ones go to the end of a bucket, lowest bucket first. */
function hashMapOrder(keys: readonly string[]): string[] {
  let buckets: string[][] = emptySlots(16);
  const grow = () => {
    const grown = emptySlots(buckets.length * 2);
    for (const key of buckets.flat()) bucketOf(grown, key).push(key);
    buckets = grown;
  };
  let count = 0;
  for (const key of keys) {
    const bucket = bucketOf(buckets, key);
    bucket.push(key);
    // HashMap.treeifyBin grows a small table instead of making a tree of a bucket's ninth key.
    if (bucket.length > 8 && buckets.length < 64) grow();
    count += 1;
    if (count > buckets.length * 0.75) grow();
  }
  return buckets.flat();
}

function bucketOf(buckets: string[][], key: string): string[] {
  const hash = javaHashCode(key);
  return buckets[(hash ^ (hash >>> 16)) & (buckets.length - 1)] ?? [];
}

function emptySlots(length: number): string[][] {
  return Array.from({ length }, () => []);
}

function keyTypeOf(entry: IdentityEntry): (typeof KEY_TYPES)[number] | undefined {
  const [leaf] = entry.chain;
  if (leaf === undefined) return undefined;
  try {
    const [name = ""] = parseCertificate(leaf).keyAlgorithm.split(" ");
    return KEY_TYPES.find((type) => type === (name.startsWith("Ed") ? "EdDSA" : name));
  } catch (error) {
    // A certificate that cannot be read is none that Java would present.
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}
