import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { encodeNull, encodeObjectIdentifier, encodeOctetString, encodeSequence } from "../../pki/asn1";
import { damaged, wrongPassword } from "../errors";

/** OID under which `sun.security.provider.KeyProtector` files its own encryption. */
export const JKS_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.17.1.1";

const SALT_BYTES = 20;
const DIGEST_BYTES = 20;

/** Password as JKS hashes it: UTF-16BE without a mark or an end (`KeyProtector`, `JavaKeyStore`). */
export function utf16be(password: string): Buffer {
  return Buffer.from(password, "utf16le").swap16();
}

/**
 * Encrypts a private key as `sun.security.provider.KeyProtector.protect` does.
 *
 * The salt comes from the key itself, so that the same store gives the same bytes; it hides nothing but
 * the key, which is random enough to hide itself, and so is no test for passwords. Another key under the
 * same password has another salt: the cipher is an XOR, and a repeated key stream would open both.
 *
 * @param pkcs8 DER of the PrivateKeyInfo
 * @returns DER of the EncryptedPrivateKeyInfo
 */
export function protectKey(pkcs8: Uint8Array, password: string, alias: string): Buffer {
  const salt = deriveSalt(pkcs8, "jks key salt", alias, SALT_BYTES);
  const passwordBytes = utf16be(password);
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(JKS_KEY_PROTECTOR), encodeNull()),
    encodeOctetString(
      Buffer.concat([
        salt,
        applyKeyStream(pkcs8, passwordBytes, salt),
        createHash("sha1").update(passwordBytes).update(pkcs8).digest(),
      ]),
    ),
  );
}

/**
 * Decrypts what `protectKey` or `KeyProtector.protect` made.
 *
 * @param protectedKey contents of the EncryptedPrivateKeyInfo's OCTET STRING
 * @throws StoreError `wrong-password`, `damaged`
 */
export function recoverKey(protectedKey: Uint8Array, password: string): Buffer {
  if (protectedKey.length < SALT_BYTES + DIGEST_BYTES) throw damaged("an encrypted key is cut short");
  const passwordBytes = utf16be(password);
  const salt = protectedKey.subarray(0, SALT_BYTES);
  const pkcs8 = applyKeyStream(protectedKey.subarray(SALT_BYTES, -DIGEST_BYTES), passwordBytes, salt);
  const digest = createHash("sha1").update(passwordBytes).update(pkcs8).digest();
  if (!timingSafeEqual(digest, protectedKey.subarray(-DIGEST_BYTES))) throw wrongPassword("the key");
  return pkcs8;
}

/** Bytes that depend on the secret key alone, on its place, and on their purpose. */
export function deriveSalt(pkcs8: Uint8Array, purpose: string, alias: string, length: number): Buffer {
  const key = createHash("sha256").update(pkcs8).digest();
  return createHmac("sha256", key).update(`cdktf-trust ${purpose}\0${alias}`).digest().subarray(0, length);
}

/** Dᵢ = SHA1(password ‖ Dᵢ₋₁), D₀ the salt; XORed over the text, so it is its own inverse. */
function applyKeyStream(text: Uint8Array, passwordBytes: Buffer, salt: Uint8Array): Buffer {
  const result = Buffer.from(text);
  let digest: Uint8Array = salt;
  for (let at = 0; at < result.length; at += DIGEST_BYTES) {
    digest = createHash("sha1").update(passwordBytes).update(digest).digest();
    for (let index = 0; index < DIGEST_BYTES && at + index < result.length; index += 1) {
      result[at + index] = (result[at + index] ?? 0) ^ (digest[index] ?? 0);
    }
  }
  return result;
}
