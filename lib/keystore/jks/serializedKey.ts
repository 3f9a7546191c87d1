import { encodeInteger, encodeObjectIdentifier, encodeOctetString, encodeSequence } from "../../pki/asn1";
import { unsupported } from "../errors";
import { Cursor } from "./cursor";

/**
 * Object identifiers that Java gives secret keys (`sun.security.util.KnownOIDs`), by its names in upper case. Those of
 * PBE are passwords, as `keytool -importpass` keeps them.
 */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["AES", "2.16.840.1.101.3.4.1"],
  ["DES", "1.3.14.3.2.7"],
  ["DESEDE", "1.3.14.3.2.17"],
  ["PBEWITHMD5ANDDES", "1.2.840.113549.1.5.3"],
  ["HMACSHA1", "1.2.840.113549.2.7"],
  ["HMACSHA224", "1.2.840.113549.2.8"],
  ["HMACSHA256", "1.2.840.113549.2.9"],
  ["HMACSHA384", "1.2.840.113549.2.10"],
  ["HMACSHA512", "1.2.840.113549.2.11"],
]);

/** The classes whose fields begin with the algorithm and the bytes of the key. */
const CLASSES = ["javax.crypto.spec.SecretKeySpec", "java.security.KeyRep"];
/** End of the description of a class without a parent, then a string; and an array of bytes whose class is described. */
const FIRST_STRING = Buffer.from("787074", "hex");
const BYTE_ARRAY = Buffer.from("757200025b42acf317f8060854e00200007870", "hex");

/**
 * A secret key as PKCS12 holds it, from one that Java serialised.
 *
 * @param object what `openSecretObject` gives
 * @param alias for the message
 * @returns DER of a PrivateKeyInfo whose key is the secret one
 * @throws StoreError `unsupported` for other classes, and for algorithms that PKCS12 has no identifier for
 */
export function secretKeyInfo(object: Uint8Array, alias: string): Buffer {
  const { algorithm, key } = readKey(Buffer.from(object), alias);
  const oid = ALGORITHMS.get(algorithm.toUpperCase());
  if (oid === undefined) {
    throw unsupported(
      `the secret key "${alias}" in PKCS12, because it is for ${algorithm}; keys of AES, HMAC, DES and DESede and passwords are converted`,
    );
  }
  return encodeSequence(
    encodeInteger(0),
    encodeSequence(encodeObjectIdentifier(oid)),
    encodeOctetString(key),
  );
}

function readKey(object: Buffer, alias: string): { algorithm: string; key: Buffer } {
  const name = object.toString("latin1", 8, 8 + object.readUInt16BE(6));
  const start = object.indexOf(FIRST_STRING);
  if (!CLASSES.includes(name) || start < 0) {
    throw unsupported(`the secret key "${alias}", an object of the Java class ${name}`);
  }
  const cursor = new Cursor(object.subarray(start + FIRST_STRING.length));
  const algorithm = cursor.text("the algorithm of a secret key");
  if (!cursor.bytes(BYTE_ARRAY.length, "a secret key").equals(BYTE_ARRAY)) {
    throw unsupported(`the secret key "${alias}", which is serialised in another way than Java's own`);
  }
  return { algorithm, key: cursor.block("a secret key") };
}
