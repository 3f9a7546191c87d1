import {
  contextTag,
  encodeElement,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
} from "../../../lib/pki/asn1";
import { KeyDerivation, passwordForm } from "../../../lib/keystore/encryption";
import { encodeMac, type MacScheme } from "../../../lib/keystore/pkcs12/mac";
import { encodeAuthenticatedSafe, encodePfx } from "../../../lib/keystore/pkcs12/pfx";
import {
  type EncodedAttribute,
  friendlyNameAttribute,
  localKeyIdAttribute,
  makeSafeBag,
  trustedKeyUsageAttribute,
} from "../../../lib/keystore/pkcs12/safeBag";
import { BagType } from "../../../lib/keystore/pkcs12/oids";

/** A PKCS12 file in the clear, of any bags. */
export function makeFile(
  contents: readonly (readonly Uint8Array[])[],
  mac?: { scheme: MacScheme; password: string },
): Buffer {
  const safe = encodeAuthenticatedSafe(
    contents.map((bags) => ({ kind: "plain", safeContents: encodeSequence(Buffer.concat(bags)) })),
  );
  if (mac === undefined) return encodePfx(safe, undefined);
  const salts = (length: number): Buffer => Buffer.alloc(length, 7);
  return encodePfx(safe, encodeMac(mac.scheme, safe, passwordForm(mac.password), salts, new KeyDerivation()));
}

export interface BagNames {
  readonly name?: string;
  readonly keyId?: string;
  readonly trusted?: boolean;
  readonly others?: readonly EncodedAttribute[];
}

export function certificateBag(certificate: Uint8Array, names: BagNames = {}): Uint8Array {
  return makeSafeBag(BagType.certificate, certificate, attributesOf(names)).encoded;
}

export function shroudedKeyBag(encryptedPrivateKeyInfo: Uint8Array, names: BagNames = {}): Uint8Array {
  return makeSafeBag(BagType.shroudedKey, encryptedPrivateKeyInfo, attributesOf(names)).encoded;
}

/** Bags that Java ignores, one of each type of RFC 7292 and one of no standard. */
export function ignoredBags(pkcs8: Uint8Array): Record<string, Uint8Array> {
  const bag = (type: string, value: Uint8Array): Buffer =>
    encodeSequence(
      encodeObjectIdentifier(type),
      encodeElement(contextTag(0, true), value),
      encodeSetOf([friendlyNameAttribute("ignored").encoded]),
    );
  const crl = encodeElement(contextTag(0, true), encodeOctetString(Buffer.from("a revocation list")));
  return {
    keyBag: bag("1.2.840.113549.1.12.10.1.1", pkcs8),
    crlBag: bag(
      "1.2.840.113549.1.12.10.1.4",
      encodeSequence(encodeObjectIdentifier("1.2.840.113549.1.9.23.1"), crl),
    ),
    safeContentsBag: bag(
      "1.2.840.113549.1.12.10.1.6",
      encodeSequence(bag("1.2.840.113549.1.12.10.1.1", pkcs8)),
    ),
    unknownBag: bag("1.3.6.1.4.1.99999.7", encodeSequence(encodeInteger(42), encodeNull())),
  };
}

/** An attribute of nobody's, whose value must survive. */
export function unknownAttribute(text: string): EncodedAttribute {
  const typeId = "1.3.6.1.4.1.99999.8";
  const values = encodeSetOf([encodeOctetString(Buffer.from(text))]);
  return { typeId, encoded: encodeSequence(encodeObjectIdentifier(typeId), values) };
}

function attributesOf({ name, keyId, trusted = false, others = [] }: BagNames): EncodedAttribute[] {
  return [
    ...(name === undefined ? [] : [friendlyNameAttribute(name)]),
    ...(keyId === undefined ? [] : [localKeyIdAttribute(Buffer.from(keyId))]),
    ...(trusted ? [trustedKeyUsageAttribute()] : []),
    ...others,
  ];
}
