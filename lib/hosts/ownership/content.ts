import { createHash } from "node:crypto";

/**
 * The content of an entry of a store: SHA-256 over its kind and its chain, hexadecimal.
 *
 * @param chain - DER, leaf first; of an anchor, itself
 */
export function contentOfEntry(kind: "key" | "anchor", chain: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(kind);
  for (const certificate of chain) hash.update(`\0${certificate.length}\0`).update(certificate);
  return hash.digest("hex");
}

/** The content of an entry of which only the fingerprint of its certificate is known, as keytool prints it. */
export function contentOfVersion1(sha256: string): string {
  return `certificate ${sha256}`;
}

/** The content of a setting: SHA-256 over its value, null where there is none. */
export function contentOfSetting(value: string | null): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** The content of a store as such: SHA-256 over the profile that its owners agree on. */
export function contentOfStore(profile: string): string {
  return createHash("sha256").update(`store\0${profile}`).digest("hex");
}
