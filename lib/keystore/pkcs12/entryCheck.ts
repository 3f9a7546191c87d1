import { encryptionAlgorithmOid, algorithmName } from "../encryption";
import { invalidStore, refuseMalformed } from "../errors";
import type { IdentityEntry, StoreEntry } from "../store";
import { readCertificateLinks } from "./certificateLinks";
import { entryLayoutOf } from "./layout";
import { isCertificate } from "./safeBag";

/** Key protections of JKS and JCEKS, which no reader of PKCS12 knows. */
const JAVA_ONLY_PROTECTIONS = ["1.3.6.1.4.1.42.2.17.1.1", "1.3.6.1.4.1.42.2.19.1"];

/**
 * Refuses what a PKCS12 store cannot hold.
 *
 * @throws StoreError `invalid`
 */
export function checkEntries(entries: readonly StoreEntry[]): void {
  const seen = new Map<string, string>();
  for (const entry of entries) {
    const { alias } = entry;
    const earlier = seen.get(alias.toLowerCase());
    if (earlier !== undefined) {
      throw invalidStore(
        `"${earlier}" and "${alias}" are one alias: Java does not tell upper from lower case; rename or remove one`,
      );
    }
    seen.set(alias.toLowerCase(), alias);
    const isOfPkcs12 = entry.extra?.codec === "pkcs12";
    if (
      entry.kind === "secret" &&
      !(isOfPkcs12 && (entry.clear ?? entryLayoutOf(entry.extra)) !== undefined)
    ) {
      throw invalidStore(
        `the secret key "${alias}" comes from another format and cannot be written to PKCS12`,
      );
    }
    if (entry.kind === "anchor") checkCertificate(alias, entry.certificate);
    if (entry.kind !== "identity") continue;
    checkKey(entry);
    if (entry.chain === entryLayoutOf(entry.extra)?.chain) continue;
    entry.chain.forEach((certificate) => checkCertificate(alias, certificate));
    checkChain(entry);
  }
}

/**
 * Each certificate must name the next as its issuer: PKCS12 keeps no order, its readers find issuers by name
 * (`PKCS12KeyStore.validateChain`).
 */
function checkChain({ alias, chain }: IdentityEntry): void {
  if (chain.length < 2) return;
  const links = refuseMalformed(() => chain.map(readCertificateLinks));
  for (const [index, { issuer }] of links.entries()) {
    const next = links[index + 1];
    if (next !== undefined && next.subject !== issuer) {
      throw invalidStore(
        `the chain of "${alias}" is not in order: its certificate ${index + 1} was not issued by its certificate ` +
          `${index + 2}; put the leaf first and each issuer after what it issued`,
      );
    }
  }
}

/** A PEM file in place of DER is the usual slip, and one such certificate makes a store unreadable. */
function checkCertificate(alias: string, certificate: Uint8Array): void {
  if (isCertificate(certificate)) return;
  throw invalidStore(`what "${alias}" holds is no X.509 certificate in DER; convert it first`);
}

function checkKey({ alias, key }: IdentityEntry): void {
  if (key.kind === "clear") return;
  const oid = refuseMalformed(() => encryptionAlgorithmOid(key.encryptedPrivateKeyInfo));
  if (JAVA_ONLY_PROTECTIONS.includes(oid)) {
    throw invalidStore(
      `the key of "${alias}" is sealed with ${algorithmName(oid)}, which PKCS12 does not have; open it with its ` +
        "password first",
    );
  }
}
