import { readAsn1, readObjectIdentifier, readOctetString, readSequence } from "../pki/asn1";
import { PkiError } from "../pki";
import {
  algorithmName,
  decryptPrivateKeyInfo,
  derivationForKeys,
  encryptionAlgorithmOid,
  KeyDerivation,
} from "./encryption";
import { damaged, refuseMalformed, StoreError, unsupported, wrongPassword } from "./errors";
import { JCEKS_KEY_PROTECTOR, recoverJceksKey } from "./jks/jceksKey";
import { JKS_KEY_PROTECTOR, recoverKey } from "./jks/keyProtector";
import { foreignSecretClass, openSecretObject } from "./jks/secretObject";
import { entryLayoutOf } from "./pkcs12/layout";
import { openSecretBag } from "./pkcs12/secretBag";
import type { IdentityEntry, ReadableFormat, SecretEntry, Store } from "./store";

/**
 * The private key of an entry, whatever its store encrypted it with.
 *
 * @param password of the key, which is the store's unless somebody chose another; null where there is none
 * @param derivation shares its limit among the keys of a store, `storeDerivation` @default - one of its own
 * @returns DER of the PrivateKeyInfo (PKCS#8)
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`, `too-costly`
 */
export function openKey(
  entry: IdentityEntry,
  password: string | null,
  derivation: KeyDerivation = new KeyDerivation(),
): Buffer {
  if (entry.key.kind === "clear") return Buffer.from(entry.key.pkcs8);
  try {
    return decrypt(entry.key.encryptedPrivateKeyInfo, password, derivation);
  } catch (error) {
    if (error instanceof PkiError) throw damaged(`the key of "${entry.alias}": ${error.message}`, error);
    if (error instanceof StoreError && error.code === "wrong-password") {
      throw wrongPassword(`the key of "${entry.alias}"`);
    }
    throw error;
  }
}

/**
 * For opening several keys of one store: its limit is the store's, so that many dear keys cost no more than one would,
 * besides what keys usually cost.
 *
 * @param passwords how many are tried on each key
 */
export function storeDerivation({ entries }: Store, passwords = 1): KeyDerivation {
  return derivationForKeys(passwords * entries.filter(({ kind }) => kind !== "anchor").length);
}

/**
 * The secret key of an entry, in the encoding of its codec, to be written under another password as `clear`.
 *
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`, `too-costly`
 */
export function openSecret(
  entry: SecretEntry,
  password: string | null,
  derivation: KeyDerivation = new KeyDerivation(),
): Uint8Array {
  if (entry.clear !== undefined) return entry.clear;
  const { codec, value } = entry.extra;
  const foreign = foreignSecretClass(entry);
  if (foreign !== undefined) {
    throw unsupported(
      `the secret key "${entry.alias}", an object of the Java class ${foreign}; remove it first`,
    );
  }
  if (codec === "jceks" && value instanceof Uint8Array) {
    return refuseMalformed(() => openSecretObject(value, password ?? "", derivation));
  }
  const layout = entryLayoutOf(entry.extra);
  if (layout === undefined) throw unsupported(`the secret key of "${entry.alias}"`);
  return openSecretBag(layout.bag.value, password, derivation);
}

/**
 * Name of what a sealed key is protected with, where Java knows no such protection in the format: JKS takes its own
 * only, JCEKS also that of JKS; undefined otherwise.
 */
export function foreignKeyProtection(format: ReadableFormat, { key }: IdentityEntry): string | undefined {
  if (format === "pkcs12" || key.kind === "clear") return undefined;
  const sealed = sealedFor(key.encryptedPrivateKeyInfo);
  if (sealed === format || (format === "jceks" && sealed === "jks")) return undefined;
  return algorithmName(encryptionAlgorithmOid(key.encryptedPrivateKeyInfo));
}

/** Which format's own encryption a sealed key is under; the schemes of PKCS#5 and PKCS#12 belong to PKCS12. */
export function sealedFor(encryptedPrivateKeyInfo: Uint8Array): ReadableFormat {
  try {
    const [algorithm] = readSequence(readAsn1(encryptedPrivateKeyInfo), "an encrypted key");
    const [identifier] = readSequence(algorithm, "the algorithm of an encrypted key");
    const oid = readObjectIdentifier(identifier, "the algorithm of an encrypted key");
    if (oid === JKS_KEY_PROTECTOR) return "jks";
    return oid === JCEKS_KEY_PROTECTOR ? "jceks" : "pkcs12";
  } catch (error) {
    if (error instanceof PkiError) throw damaged(`an encrypted key: ${error.message}`, error);
    throw error;
  }
}

function decrypt(
  encryptedPrivateKeyInfo: Uint8Array,
  password: string | null,
  derivation: KeyDerivation,
): Buffer {
  const [algorithm, content] = readSequence(readAsn1(encryptedPrivateKeyInfo), "an encrypted key");
  const [identifier, parameters] = readSequence(algorithm, "the algorithm of an encrypted key");
  const oid = readObjectIdentifier(identifier, "the algorithm of an encrypted key");
  if (oid === JKS_KEY_PROTECTOR)
    return recoverKey(readOctetString(content, "an encrypted key"), password ?? "");
  if (oid === JCEKS_KEY_PROTECTOR) {
    return recoverJceksKey(
      readOctetString(content, "an encrypted key"),
      parameters,
      password ?? "",
      derivation,
    );
  }
  return decryptPrivateKeyInfo(encryptedPrivateKeyInfo, password, derivation);
}
