import {
  childrenOf,
  contextTag,
  encodeElement,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  expectTag,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
} from "../../pki/asn1";
import { decryptPrivateKeyInfo, type KeyDerivation } from "../encryption";
import { damaged, refuseMalformed, unsupported } from "../errors";
import { BagType } from "./oids";

/**
 * Decrypts the secret key in a secretBag as Java writes it: an EncryptedPrivateKeyInfo whose key is the secret one
 * (`PKCS12KeyStore.getKeyFromBag`).
 *
 * @param value the SecretBag (RFC 7292, 4.2.5)
 * @returns DER of the PrivateKeyInfo
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`, `too-costly`
 */
export function openSecretBag(value: Uint8Array, password: string | null, derivation: KeyDerivation): Buffer {
  const encrypted = refuseMalformed(() => {
    const [type, wrapped] = readSequence(readAsn1(value), "secret bag");
    if (readObjectIdentifier(type, "secret's type") !== BagType.shroudedKey) {
      throw unsupported("a secret of another kind than the keys that Java writes");
    }
    const [content] = childrenOf(expectTag(wrapped, contextTag(0, true), "secret's value"));
    if (content === undefined) throw damaged("an empty secret bag");
    return readOctetString(content, "secret's value");
  });
  return decryptPrivateKeyInfo(encrypted, password, derivation);
}

/** Encodes what `openSecretBag` opens. */
export function encodeSecretBag(encryptedPrivateKeyInfo: Uint8Array): Buffer {
  return encodeSequence(
    encodeObjectIdentifier(BagType.shroudedKey),
    encodeElement(contextTag(0, true), encodeOctetString(encryptedPrivateKeyInfo)),
  );
}
