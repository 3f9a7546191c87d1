/**
 * Whether Java's default key manager (SunX509) presents `alias` rather than `other`, both with keys of the
 * same type and in a store of at most 12 keys.
 *
 * The manager walks a HashMap of lower-cased aliases: the lower bucket comes first. Found by experiment on
 * Java 17 and 25. Two aliases in one bucket have no order to rely on, so neither is presented first.
 */
export function isPresentedBefore(alias: string, other: string): boolean {
  return bucketOf(alias) < bucketOf(other);
}

/** Place in a HashMap with 16 buckets, as `java.util.HashMap.hash` computes it. */
function bucketOf(alias: string): number {
  let hash = 0;
  const lower = alias.toLowerCase();
  for (let index = 0; index < lower.length; index++) hash = (31 * hash + lower.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 16)) & 15;
}
