import {
  type Asn1Element,
  encodeOctetString,
  encodeSequence,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
} from "../../pki/asn1";
import { damaged, invalidStore, refuseMalformed, wrongPassword } from "../errors";
import { type ByteSource, chooseParameters, decrypt, encrypt } from "./cipher";
import { KeyDerivation } from "./keyDerivation";
import { type PasswordForm, passwordForm, passwordForms } from "./passwordForm";
import {
  encodeEncryptionAlgorithm,
  type EncryptionParameters,
  type EncryptionScheme,
  readEncryptionAlgorithm,
} from "./scheme";

/**
 * Opens a private key that is encrypted as PKCS#8 says (RFC 5958, section 3).
 *
 * That the result is a PrivateKeyInfo is what proves the password: right padding comes up by chance
 * once in 256 wrong ones.
 *
 * @param encryptedPrivateKeyInfo DER
 * @param password null and the empty password are tried as each other
 * @param derivation shares derived keys and limits among several keys @default - one of its own
 * @returns DER of the PrivateKeyInfo
 * @throws StoreError `wrong-password`, `unsupported`, `damaged`, `too-costly`
 */
export function decryptPrivateKeyInfo(
  encryptedPrivateKeyInfo: Uint8Array,
  password: string | null,
  derivation: KeyDerivation = new KeyDerivation(),
): Buffer {
  const { parameters, encrypted } = refuseMalformed(() => {
    const [algorithm, content, ...rest] = readSequence(
      readAsn1(encryptedPrivateKeyInfo),
      "encrypted private key",
    );
    if (rest.length > 0) throw damaged("an encrypted private key of more than two parts");
    return {
      parameters: readEncryptionAlgorithm(algorithm),
      encrypted: readOctetString(content, "encrypted private key's content"),
    };
  });
  for (const form of passwordForms(password)) {
    const plain = decrypt(parameters, form, encrypted, derivation);
    if (plain !== undefined && isPrivateKeyInfo(plain)) return plain;
  }
  throw wrongPassword("the private key");
}

/**
 * Encrypts a private key.
 *
 * @param pkcs8 DER of the PrivateKeyInfo
 * @param randomBytes gives the salt and the IV; two keys must never get the same ones from it
 * @param derivation shares derived keys among several keys @default - one of its own
 * @returns DER of the EncryptedPrivateKeyInfo
 * @throws StoreError `invalid` where `pkcs8` is no PrivateKeyInfo
 */
export function encryptPrivateKeyInfo(
  pkcs8: Uint8Array,
  password: string | null,
  scheme: EncryptionScheme,
  randomBytes: ByteSource,
  derivation: KeyDerivation = new KeyDerivation(),
): Buffer {
  const parameters = chooseParameters(scheme, randomBytes, randomBytes);
  return sealPrivateKeyInfo(pkcs8, passwordForm(password), parameters, derivation);
}

/** Encrypts a private key with parameters that were chosen before; see `encryptPrivateKeyInfo`. */
export function sealPrivateKeyInfo(
  pkcs8: Uint8Array,
  password: PasswordForm,
  parameters: EncryptionParameters,
  derivation: KeyDerivation,
): Buffer {
  if (!isPrivateKeyInfo(pkcs8)) throw invalidStore("the private key is not given as PKCS#8 in DER");
  const encrypted = encrypt(parameters, password, pkcs8, derivation);
  return encodeSequence(encodeEncryptionAlgorithm(parameters), encodeOctetString(encrypted));
}

/** Whether the bytes have the structure of a PrivateKeyInfo or OneAsymmetricKey (RFC 5958, section 2). */
export function isPrivateKeyInfo(bytes: Uint8Array): boolean {
  try {
    const [version, algorithm, key, ...rest] = readSequence(readAsn1(bytes), "private key");
    readObjectIdentifier(readSequence(algorithm, "algorithm")[0], "algorithm's id");
    return (
      readSmallInteger(version, "version") <= 1 &&
      readOctetString(key, "key").length > 0 &&
      rest.every(isOptionalPart)
    );
  } catch {
    return false;
  }
}

/** Attributes [0] and the public key [1]; OpenSSL and Java write both in one form or another. */
function isOptionalPart(element: Asn1Element): boolean {
  return (element.tag & 0xc0) === 0x80 && (element.tag & 0x1f) <= 1;
}
