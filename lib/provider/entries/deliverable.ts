import { isSameChain, parseCertificate, publicKeyMatches } from "../../pki";
import {
  findEntry,
  type IdentityEntry,
  openKey,
  type Store,
  type StoreEntry,
  StoreError,
} from "../../keystore";
import { TrustError } from "../../model";
import { certificateOf, type DeclaredEntry, fingerprintOf } from "./content";
import { artifactStale, inStore } from "../errors";
import type { Secret } from "../secrets";
import { describeFound } from "./describe";

/**
 * The entry of an artifact that a resource declares.
 *
 * @throws ResourceError `artifact-stale`
 */
export function declaredEntry(
  overlay: Store,
  planned: { readonly artifact: string; readonly alias: string; readonly sha256: string },
  kind: DeclaredEntry["kind"],
): DeclaredEntry {
  const { artifact, alias, sha256 } = planned;
  const entry = deliveredAs(overlay, alias, sha256);
  if (entry === undefined || entry.kind !== kind) {
    const found = entry === undefined ? "missing" : describeFound(entry);
    throw artifactStale(artifact, `entry "${alias}"`, kind === "anchor" ? "a certificate" : "a key", found);
  }
  const found = fingerprintOf(entry);
  if (found !== sha256) throw artifactStale(artifact, `fingerprint of "${alias}"`, sha256, String(found));
  return entry;
}

/**
 * The entry of an artifact under an alias. An older anchor lies beside the newer one in it, so one that is not under its
 * alias is known by its certificate.
 */
export function deliveredAs(overlay: Store, alias: string, sha256: string): StoreEntry | undefined {
  const entry = findEntry(overlay, alias);
  if (entry?.kind !== "anchor" || fingerprintOf(entry) === sha256) return entry;
  return overlay.entries.find((other) => other.kind === "anchor" && fingerprintOf(other) === sha256) ?? entry;
}

/** The key of an identity, once it is certain that it opens and belongs to its certificate. */
export function openedKey(entry: DeclaredEntry, artifact: string, keyPassword: Secret): Buffer | undefined {
  if (entry.kind === "anchor") return undefined;
  const key = inStore(artifact, keyPassword.reference, () => openKey(entry, keyPassword.value));
  const leaf = certificateOf(entry);
  if (leaf === undefined || !publicKeyMatches(parseCertificate(leaf), key)) {
    throw artifactStale(artifact, `key of "${entry.alias}"`, "the one of its certificate", "another one");
  }
  return key;
}

/** The entry as the target store can hold it: sealed as it is where both encrypt alike, else to be sealed there. */
export function fitEntry(
  entry: DeclaredEntry,
  overlay: Store,
  target: Store,
  key: Buffer | undefined,
  keyPassword: string | undefined,
): DeclaredEntry {
  if (overlay.profile === target.profile) return entry;
  const { extra: _, ...rest } = entry;
  const carried = overlay.format === target.format ? entry : rest;
  if (carried.kind === "anchor" || key === undefined) return carried;
  const clear = { kind: "clear" as const, pkcs8: key };
  return { ...carried, key: keyPassword === undefined ? clear : { ...clear, password: keyPassword } };
}

/** Whether an entry holds the same chain, and a key that opens and belongs to it. */
export function holdsSame(existing: DeclaredEntry, entry: DeclaredEntry, keyPassword: string): boolean {
  if (existing.kind === "anchor") {
    return entry.kind === "anchor" && Buffer.compare(existing.certificate, entry.certificate) === 0;
  }
  if (entry.kind === "anchor" || !isSameChain(existing.chain, entry.chain)) return false;
  // A key that the declared password does not open is another one for whoever declared it.
  return keyStateOf(existing, keyPassword) === AS_DECLARED;
}

function isSealedAlike(existing: IdentityEntry, delivered: StoreEntry): boolean {
  if (delivered.kind !== "identity" || delivered.key.kind !== "sealed" || existing.key.kind !== "sealed")
    return false;
  const sealed = delivered.key.encryptedPrivateKeyInfo;
  return (
    isSameChain(existing.chain.slice(0, 1), delivered.chain.slice(0, 1)) &&
    Buffer.compare(existing.key.encryptedPrivateKeyInfo, sealed) === 0
  );
}

/** What a row says of a key that opens with the declared password and belongs to its certificate. */
export const AS_DECLARED = "as declared";

/**
 * What a row says of the key that is there.
 *
 * @param delivered - the entry that was delivered: what is byte for byte that need not be opened, which takes time
 */
export function keyStateOf(existing: IdentityEntry, keyPassword: string, delivered?: StoreEntry): string {
  if (delivered !== undefined && isSealedAlike(existing, delivered)) return AS_DECLARED;
  try {
    const key = openKey(existing, keyPassword);
    const [leaf] = existing.chain;
    const belongs = leaf !== undefined && publicKeyMatches(parseCertificate(leaf), key);
    return belongs ? AS_DECLARED : "not the one of its certificate";
  } catch (error) {
    if (error instanceof StoreError && error.code === "wrong-password") return "under another password";
    if (error instanceof TrustError) return "not readable";
    throw error;
  }
}
