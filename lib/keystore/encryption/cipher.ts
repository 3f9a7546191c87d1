import { createCipheriv, createDecipheriv } from "node:crypto";
import type { KeyDerivation } from "./keyDerivation";
import type { PasswordForm } from "./passwordForm";
import { Pkcs12Purpose } from "./pkcs12Kdf";
import { decryptRc2, encryptRc2 } from "./rc2";
import { applyRc4 } from "./rc4";
import {
  cipherBlockLength,
  cipherKeyLength,
  type EncryptionParameters,
  type EncryptionScheme,
} from "./scheme";

/** Bytes of the salts written, as the JDK writes them. */
export const SALT_LENGTH = 20;
/** RFC 8018, A.3; Java takes no other. */
const PBKDF1_SALT_LENGTH = 8;

/** Gives so many bytes that have not been used before: random ones, or ones derived from content and secret. */
export type ByteSource = (length: number) => Uint8Array;

/** Takes a salt and, where the scheme has one of its own, an IV from the source. */
export function chooseParameters(
  scheme: EncryptionScheme,
  salt: ByteSource,
  iv: ByteSource,
): EncryptionParameters {
  const chosenSalt = salt(scheme.cipher === "des-md5" ? PBKDF1_SALT_LENGTH : SALT_LENGTH);
  if (scheme.kind === "pbes1") return { scheme, salt: chosenSalt };
  return { scheme, salt: chosenSalt, iv: iv(cipherBlockLength(scheme.cipher)) };
}

export function encrypt(
  parameters: EncryptionParameters,
  password: PasswordForm,
  plain: Uint8Array,
  derivation: KeyDerivation,
): Buffer {
  const { cipher } = parameters.scheme;
  const { key, iv } = deriveKeyAndIv(parameters, password, derivation);
  const rc2Bits = rc2KeyBits(cipher);
  if (rc2Bits !== undefined) return encryptRc2(key, rc2Bits, iv, plain);
  if (isRc4(cipher)) return applyRc4(key, plain);
  const native = createCipheriv(nativeName(cipher), key, iv);
  return Buffer.concat([native.update(plain), native.final()]);
}

/** @returns undefined where the padding is wrong (RC4 has none); right padding alone proves nothing about the password */
export function decrypt(
  parameters: EncryptionParameters,
  password: PasswordForm,
  encrypted: Uint8Array,
  derivation: KeyDerivation,
): Buffer | undefined {
  const { cipher } = parameters.scheme;
  if (encrypted.length === 0 || encrypted.length % cipherBlockLength(cipher) !== 0) return undefined;
  const { key, iv } = deriveKeyAndIv(parameters, password, derivation);
  const rc2Bits = rc2KeyBits(cipher);
  if (rc2Bits !== undefined) return decryptRc2(key, rc2Bits, iv, encrypted);
  if (isRc4(cipher)) return applyRc4(key, encrypted);
  const native = createDecipheriv(nativeName(cipher), key, iv);
  const start = native.update(encrypted);
  try {
    return Buffer.concat([start, native.final()]);
  } catch {
    return undefined;
  }
}

function deriveKeyAndIv(
  parameters: EncryptionParameters,
  password: PasswordForm,
  derivation: KeyDerivation,
): { key: Buffer; iv: Uint8Array } {
  const { scheme, salt } = parameters;
  const length = cipherKeyLength(scheme.cipher);
  if ("iv" in parameters) {
    const { prf, iterations } = parameters.scheme;
    return { key: derivation.pbkdf2(prf, password.utf8, salt, iterations, length), iv: parameters.iv };
  }
  if (scheme.cipher === "des-md5") {
    const derived = derivation.pbkdf1Md5(password.utf8, salt, scheme.iterations);
    // DES is triple DES with one key three times, and OpenSSL 3 has no other.
    const key = derived.subarray(0, length);
    return { key: Buffer.concat([key, key, key]), iv: derived.subarray(length) };
  }
  const derive = (purpose: 1 | 2, wanted: number): Buffer =>
    derivation.pkcs12("sha1", password.bmp, salt, scheme.iterations, purpose, wanted);
  const key = derive(Pkcs12Purpose.key, length);
  if (isRc4(scheme.cipher)) return { key, iv: Buffer.alloc(0) };
  const iv = derive(Pkcs12Purpose.iv, cipherBlockLength(scheme.cipher));
  // Two-key triple DES is three-key triple DES whose third key is the first.
  return { key: scheme.cipher === "3des-2key" ? Buffer.concat([key, key.subarray(0, 8)]) : key, iv };
}

function nativeName(cipher: EncryptionScheme["cipher"]): string {
  return cipher.startsWith("aes") ? `${cipher}-cbc` : "des-ede3-cbc";
}

function isRc4(cipher: EncryptionScheme["cipher"]): boolean {
  return cipher === "rc4-128" || cipher === "rc4-40";
}

function rc2KeyBits(cipher: EncryptionScheme["cipher"]): number | undefined {
  if (cipher === "rc2-40") return 40;
  return cipher === "rc2-128" ? 128 : undefined;
}
