import { createHash } from "node:crypto";
import { contentOfEntry, contentOfVersion1 } from "../../hosts";
import type { AnchorEntry, IdentityEntry, StoreEntry } from "../../keystore";

/** An entry that is declared here. */
export type DeclaredEntry = IdentityEntry | AnchorEntry;

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

/** SHA-256 over an entry's kind and chain, hexadecimal; empty for a secret key, which nobody can compare. */
export function contentOf(entry: StoreEntry): string {
  if (entry.kind === "secret") return "";
  return entry.kind === "anchor"
    ? contentOfEntry("anchor", [entry.certificate])
    : contentOfEntry("key", entry.chain);
}

/** Whether an entry holds what a claim or a row calls `content`, in today's words or those of version 1. */
export function holdsContent(entry: StoreEntry | undefined, content: string): boolean {
  if (entry === undefined || content === "" || entry.kind === "secret") return false;
  return content === contentOf(entry) || content === contentOfVersion1(fingerprintOf(entry) ?? "");
}
