/**
 * Whether Java's default key manager (SunX509) presents `alias` rather than `other`, both with keys of the same
 * type and in a store of at most 12 keys: the lower bucket of a `HashMap` comes first. Two aliases in one
 * bucket have no order to rely on, so neither is presented first.
 */
export function isPresentedBefore(alias: string, other: string): boolean {
  return bucketIndex(alias.toLowerCase(), 16) < bucketIndex(other.toLowerCase(), 16);
}

/** Replays `java.util.Hashtable`: new ones go to the head of a slot, growing turns each slot round. */
export function hashtableOrder(keys: readonly string[]): string[] {
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
export function hashMapOrder(keys: readonly string[]): string[] {
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
  return buckets[bucketIndex(key, buckets.length)] ?? [];
}

/** As `java.util.HashMap.hash` spreads it over a power of two of buckets. */
function bucketIndex(key: string, buckets: number): number {
  const hash = javaHashCode(key);
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}

function emptySlots(length: number): string[][] {
  return Array.from({ length }, () => []);
}

/** `String.hashCode`. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}
