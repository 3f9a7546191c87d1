import { createCipheriv, createDecipheriv } from "node:crypto";

import {
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  readAsn1,
  readOctetString,
  readSequence,
  readSmallInteger,
  Tag,
  type Asn1Element,
} from "../../pki/asn1";
import { KeyDerivation } from "../encryption/keyDerivation";
import { damaged, invalidStore, wrongPassword } from "../errors";
import { isPrintableAscii } from "../openablePassword";
import { deriveSalt } from "./keyProtector";

/** OID under which `com.sun.crypto.provider.KeyProtector` files PBEWithMD5AndTripleDES. */
export const JCEKS_KEY_PROTECTOR = "1.3.6.1.4.1.42.2.19.1";

/** What JDK 8 to 25 write (`jdk.jceks.iterationCount`). */
const ITERATIONS = 200_000;
const SALT_BYTES = 8;

/**
 * Encrypts a private key as `com.sun.crypto.provider.KeyProtector.protect` does, with a salt from the key
 * itself so that the same store gives the same bytes.
 *
 * @throws StoreError `invalid` for a password that is not printable ASCII, which Java refuses here
 */
export function protectJceksKey(pkcs8: Uint8Array, password: string, alias: string): Buffer {
  const salt = deriveSalt(pkcs8, "jceks key salt", alias, SALT_BYTES);
  const { parameters, encrypted } = sealJceks(pkcs8, password, salt);
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(JCEKS_KEY_PROTECTOR), parameters),
    encodeOctetString(encrypted),
  );
}

/**
 * Encrypts what a JCEKS store holds with MD5 and 3DES.
 *
 * @param salt eight bytes
 * @returns the DER of the parameters (salt and iteration count) with what was encrypted
 * @throws StoreError `invalid` for a password that is not printable ASCII, which Java refuses here
 */
export function sealJceks(
  plain: Uint8Array,
  password: string,
  salt: Uint8Array,
): { parameters: Buffer; encrypted: Buffer } {
  if (!isPrintableAscii(password)) {
    throw invalidStore("a JCEKS key takes a password of printable ASCII characters only; choose another");
  }
  const { key, iv } = deriveKey(password, salt, ITERATIONS, new KeyDerivation());
  const cipher = createCipheriv("des-ede3-cbc", key, iv);
  return {
    parameters: encodeElement(Tag.sequence, encodeOctetString(salt), encodeInteger(ITERATIONS)),
    encrypted: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

/**
 * Decrypts a private key of a JCEKS store.
 *
 * @param parameters of the AlgorithmIdentifier: salt and iteration count
 * @param derivation shares its limit among several keys
 * @throws StoreError `wrong-password`, `damaged`, `too-costly`
 */
export function recoverJceksKey(
  protectedKey: Uint8Array,
  parameters: Asn1Element | undefined,
  password: string,
  derivation: KeyDerivation,
): Buffer {
  return unsealJceks(protectedKey, parameters, password, derivation, (plain) => {
    readSequence(readAsn1(plain), "a private key");
  });
}

/**
 * Decrypts what `sealJceks` or Java encrypted.
 *
 * @param requireStructure throws where the bytes are not what they should be: right padding is no proof of the password,
 *   one in 256 wrong ones has it
 * @throws StoreError `wrong-password`, `damaged`, `too-costly`
 */
export function unsealJceks(
  encrypted: Uint8Array,
  parameters: Asn1Element | undefined,
  password: string,
  derivation: KeyDerivation,
  requireStructure: (plain: Buffer) => void,
): Buffer {
  const [saltElement, iterationsElement] = readSequence(parameters, "the parameters of an encrypted key");
  const salt = readOctetString(saltElement, "a salt");
  const iterations = readSmallInteger(iterationsElement, "an iteration count");
  if (salt.length !== SALT_BYTES) throw damaged(`a salt of ${salt.length} bytes instead of ${SALT_BYTES}`);
  // Java puts no key under such a password, so no such password opens one.
  if (!isPrintableAscii(password)) throw wrongPassword("the key");
  const { key, iv } = deriveKey(password, salt, iterations, derivation);
  const decipher = createDecipheriv("des-ede3-cbc", key, iv);
  try {
    const plain = Buffer.concat([decipher.update(encrypted), decipher.final()]);
    requireStructure(plain);
    return plain;
  } catch {
    throw wrongPassword("the key");
  }
}

/**
 * Key and IV of PBEWithMD5AndTripleDES (`com.sun.crypto.provider.PBES1Core`): each half of the salt is
 * hashed with the password, again and again.
 */
function deriveKey(
  password: string,
  salt: Uint8Array,
  iterations: number,
  derivation: KeyDerivation,
): { key: Buffer; iv: Buffer } {
  const passwordBytes = Buffer.from(password, "latin1");
  const halves = [Buffer.from(salt.subarray(0, 4)), Buffer.from(salt.subarray(4, 8))] as const;
  if (halves[0].equals(halves[1])) invertAsJava(halves[0]);
  const derived = Buffer.concat(
    halves.map((half) => derivation.repeatedMd5(half, passwordBytes, iterations)),
  );
  return { key: derived.subarray(0, 24), iv: derived.subarray(24) };
}

/** PBES1Core means to turn the bytes round, but a slip of its pen makes [a,b,c,d] into [d,a,b,d]. */
function invertAsJava(half: Buffer): void {
  const [a = 0, b = 0, , d = 0] = half;
  half.set([d, a, b, d]);
}
