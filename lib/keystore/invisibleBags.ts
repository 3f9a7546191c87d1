import { encodeObjectIdentifier } from "../pki/asn1";
import { bytesKey } from "./pkcs12/bytesKey";
import { storeLayoutOf } from "./pkcs12/layout";
import { BagType } from "./pkcs12/oids";
import { OPAQUE_BAG } from "./pkcs12/safeBag";
import type { Store } from "./store";

/** KeyBag (RFC 7292, 4.2.1): a private key in the clear. */
const PLAIN_KEY = encodeObjectIdentifier("1.2.840.113549.1.12.10.1.1");

/** What a PKCS12 file holds and Java does not show. */
export interface InvisibleBags {
  /**
   * Certificates without trustedKeyUsage that are in nobody's chain and not trusted elsewhere, as
   * `openssl pkcs12 -nokeys` writes them.
   */
  readonly certificates: number;
  /** Private keys that are not encrypted: the JDK passes over them without a word. */
  readonly plainKeys: number;
}

/** Aliases, as the file spells them, of entries that another one of the same alias but for case hides. */
export function hiddenAliases(store: Store): readonly string[] {
  const hidden = storeLayoutOf(store.extra)?.java.hidden ?? [];
  return [...hidden].map(([bag, alias]) => bag.attributes.friendlyName ?? alias);
}

/** Counts what a store's file holds besides its entries. */
export function countInvisibleBags(store: Store): InvisibleBags {
  return {
    certificates: invisibleCertificates(store).length,
    plainKeys: bagsOf(store).filter((bag) => bag.typeId === OPAQUE_BAG && isPlainKey(bag.encoded)).length,
  };
}

/** The certificates among them, DER. */
export function invisibleCertificates(store: Store): readonly Uint8Array[] {
  const bags = bagsOf(store).filter(({ typeId }) => typeId === BagType.certificate);
  // keytool writes an issuer once for each chain, and one copy of it serves them all.
  const inChains = [...(storeLayoutOf(store.extra)?.inChains ?? [])];
  // Nor is one missed that stands there a second time, trusted, because it was imported again.
  const trusted = bags.filter(({ attributes }) => attributes.trusted);
  const shown = new Set([...inChains, ...trusted].map((bag) => bytesKey(bag.value)));
  return bags
    .filter((bag) => !bag.attributes.trusted && !shown.has(bytesKey(bag.value)))
    .map(({ value }) => value);
}

function bagsOf(store: Store) {
  return storeLayoutOf(store.extra)?.parts.flatMap((part) => part.bags) ?? [];
}

/** The type is the first thing in a bag, after its own tag and length. */
function isPlainKey(bag: Uint8Array): boolean {
  const at = Buffer.from(bag.subarray(0, 8 + PLAIN_KEY.length)).indexOf(PLAIN_KEY);
  return at > 0 && at <= 8;
}
