import { createHash } from "node:crypto";
import { invalidStore } from "../errors";
import type { AnchorEntry, EntryKey, IdentityEntry, SecretEntry, StoreEntry } from "../store";
import { type EntryLayout, entryLayoutOf } from "./layout";
import { AttributeType, BagType } from "./oids";
import {
  type EncodedAttribute,
  friendlyNameAttribute,
  localKeyIdAttribute,
  makeSafeBag,
  type SafeBag,
  trustedKeyUsageAttribute,
} from "./safeBag";

/** A bag that is to be written; a key in the clear is sealed only when everything else is settled. */
export interface DraftBag {
  readonly bag: SafeBag;
  readonly clearKey?: Extract<EntryKey, { kind: "clear" }>;
}

/** The bags of single entries: the ones they were read from where nothing changed, else new ones. */
export class EntryBags {
  /** @param explicit whether entries that have lived without a name or a key id get one */
  constructor(private readonly explicit: boolean) {}

  anchor(entry: AnchorEntry): DraftBag {
    const own = entryLayoutOf(entry.extra);
    const { certificate } = entry;
    const sameCertificate = own !== undefined && isSame(own.bag.value, certificate);
    if (own !== undefined && sameCertificate && this.keepsName(entry)) return { bag: own.bag };
    const dropped = sameCertificate ? [] : [AttributeType.localKeyId];
    const attributes = otherAttributes(own, [AttributeType.friendlyName, ...dropped]);
    if (!attributes.some(({ typeId }) => typeId === AttributeType.trustedKeyUsage)) {
      attributes.push(trustedKeyUsageAttribute());
    }
    const name = friendlyNameAttribute(entry.alias);
    return { bag: makeSafeBag(BagType.certificate, certificate, [name, ...attributes]) };
  }

  key(entry: IdentityEntry): DraftBag {
    const own = entryLayoutOf(entry.extra);
    const { key } = entry;
    const sealed = key.kind === "sealed" ? key.encryptedPrivateKeyInfo : new Uint8Array();
    const same = key.kind === "sealed" && isSame(own?.bag.value, sealed);
    if (own !== undefined && same && this.keepsName(entry) && this.keepsKeyId(entry)) return { bag: own.bag };
    const bag = makeSafeBag(BagType.shroudedKey, sealed, this.identityAttributes(entry, own?.bag));
    return key.kind === "clear" ? { bag, clearKey: key } : { bag };
  }

  secret(entry: SecretEntry): DraftBag {
    const own = entryLayoutOf(entry.extra);
    if (own === undefined) return this.newSecret(entry);
    if (this.keepsName(entry) && entry.clear === undefined) return { bag: own.bag };
    const name = friendlyNameAttribute(entry.alias.toLowerCase());
    const attributes = otherAttributes(own, [AttributeType.friendlyName]);
    const bag = makeSafeBag(BagType.secret, own.bag.value, [name, ...attributes]);
    return entry.clear === undefined ? { bag } : { bag, clearKey: { kind: "clear", pkcs8: entry.clear } };
  }

  /** Java reads no secret key without a key id. */
  private newSecret({ alias, clear }: SecretEntry): DraftBag {
    if (clear === undefined) throw invalidStore(`the secret key "${alias}" has no bag`);
    const keyId = localKeyIdAttribute(localKeyIdOf({ alias, chain: [] }));
    const attributes = [friendlyNameAttribute(alias.toLowerCase()), keyId];
    const bag = makeSafeBag(BagType.secret, new Uint8Array(), attributes);
    return { bag, clearKey: { kind: "clear", pkcs8: clear } };
  }

  /**
   * The key's own certificate.
   *
   * @param place bag of the same certificate that is in the file already
   */
  leaf(entry: IdentityEntry, certificate: Uint8Array, place?: SafeBag): DraftBag {
    const own = entryLayoutOf(entry.extra);
    const untouched =
      place !== undefined && own?.leaf === place && this.keepsName(entry) && this.keepsKeyId(entry);
    if (untouched) return { bag: place };
    return { bag: makeSafeBag(BagType.certificate, certificate, this.identityAttributes(entry, place)) };
  }

  /** Issuers get no name: Bouncy Castle takes every named certificate as trusted. */
  issuer(certificate: Uint8Array): DraftBag {
    return { bag: makeSafeBag(BagType.certificate, certificate, []) };
  }

  /** Whether the name in the file still stands for the entry. */
  keepsName(entry: StoreEntry): boolean {
    const own = entryLayoutOf(entry.extra);
    if (own === undefined || (this.explicit && own.bag.attributes.friendlyName === undefined)) return false;
    return entry.kind === "anchor" ? entry.alias === own.alias : entry.alias.toLowerCase() === own.alias;
  }

  /**
   * Whether the key id in the file still stands for the entry: the certificate is the same one and, where naming is
   * explicit, bears name and id of the key, which is the one match that nothing else in a file can beat.
   */
  private keepsKeyId(entry: IdentityEntry): boolean {
    const own = entryLayoutOf(entry.extra);
    if (own === undefined || !isSame(own.leaf?.value, entry.chain[0])) return false;
    if (!this.explicit) return true;
    const { localKeyId } = own.bag.attributes;
    const leaf = own.leaf?.attributes;
    return (
      localKeyId !== undefined &&
      isSame(leaf?.localKeyId, localKeyId) &&
      leaf?.friendlyName?.toLowerCase() === own.alias
    );
  }

  /** Name and key id that a key and its certificate share, with what else the bag had. */
  private identityAttributes(entry: IdentityEntry, bag: SafeBag | undefined): EncodedAttribute[] {
    const own = entryLayoutOf(entry.extra);
    const keyId = this.keepsKeyId(entry) ? own?.bag.attributes.localKeyId : localKeyIdOf(entry);
    const others = (bag?.attributes.encoded ?? []).filter(
      ({ typeId }) => typeId !== AttributeType.friendlyName && typeId !== AttributeType.localKeyId,
    );
    const name = friendlyNameAttribute(entry.alias.toLowerCase());
    return [name, ...(keyId === undefined ? [] : [localKeyIdAttribute(keyId)]), ...others];
  }
}

function otherAttributes(own: EntryLayout | undefined, dropped: readonly string[]): EncodedAttribute[] {
  return (own?.bag.attributes.encoded ?? []).filter(({ typeId }) => !dropped.includes(typeId));
}

/** SHA-1 of the certificate, as OpenSSL has it; of the alias for a key without one, never of the key. */
function localKeyIdOf({ alias, chain }: Pick<IdentityEntry, "alias" | "chain">): Buffer {
  return createHash("sha1")
    .update(chain[0] ?? alias.toLowerCase())
    .digest();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}
