import { readAsn1 } from "../../pki/asn1";
import type { KeyDerivation } from "../encryption";
import { damaged, unsupported } from "../errors";
import type { SecretEntry } from "../store";
import { Cursor } from "./cursor";
import { sealJceks, unsealJceks } from "./jceksKey";
import { deriveSalt } from "./keyProtector";

/** The one class that `com.sun.crypto.provider.JceKeyStore` lets pass its filter. */
const JAVA_CLASS = "com.sun.crypto.provider.SealedObjectForKeyProtector";
/** `aced0005`, then an object of a class that is described here (Java Object Serialization, 6.4). */
const HEADER = Buffer.from("aced00057372", "hex");

/**
 * Class of a secret key of a JCEKS store that Java did not write; Java then opens nothing of the store. Undefined for
 * those that it did write, and in other formats.
 */
export function foreignSecretClass({ extra }: SecretEntry): string | undefined {
  if (extra.codec !== "jceks" || !(extra.value instanceof Uint8Array)) return undefined;
  const object = Buffer.from(extra.value);
  if (!object.subarray(0, HEADER.length).equals(HEADER)) return "that is not named";
  const length = object.readUInt16BE(HEADER.length);
  const name = object.toString("latin1", HEADER.length + 2, HEADER.length + 2 + length);
  return name === JAVA_CLASS ? undefined : name;
}

/** An array of bytes whose class is described here, and one whose class was described before: the handle follows. */
const FIRST_ARRAY = Buffer.from("757200025b42acf317f8060854e00200007870", "hex");
const NEXT_ARRAY = Buffer.from("7571", "hex");
const SALT_BYTES = 8;

/** A sealed key taken apart: its two arrays, and the bytes of the object around them. */
interface SealedParts {
  readonly head: Uint8Array;
  /** DER of the salt and the iteration count. */
  readonly parameters: Uint8Array;
  /** Code and handle of the second array. */
  readonly middle: Uint8Array;
  readonly encrypted: Uint8Array;
  readonly tail: Uint8Array;
}

/**
 * Decrypts the secret key in a `SealedObjectForKeyProtector`.
 *
 * @returns the key as Java serialised it
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`, `too-costly`
 */
export function openSecretObject(object: Uint8Array, password: string, derivation: KeyDerivation): Buffer {
  const { parameters, encrypted } = takeApart(object);
  return unsealJceks(encrypted, readAsn1(parameters), password, derivation, (plain) => {
    if (plain.readUInt32BE() !== 0xaced0005) throw damaged("a secret key is no serialised Java object");
  });
}

/** The same object with its key, as `openSecretObject` gave it, under another password. */
export function resealSecretObject(
  object: Uint8Array,
  plain: Uint8Array,
  password: string,
  alias: string,
): Buffer {
  const { head, middle, tail } = takeApart(object);
  const sealed = sealJceks(plain, password, deriveSalt(plain, "jceks secret key salt", alias, SALT_BYTES));
  return Buffer.concat([head, block(sealed.parameters), middle, block(sealed.encrypted), tail]);
}

/** Java writes the fields in the order of their names: encodedParams, then encryptedContent. */
function takeApart(object: Uint8Array): SealedParts {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.length);
  const at = bytes.indexOf(FIRST_ARRAY);
  if (at < 0) throw unsupported("a secret key that is sealed in another way than Java's own");
  const start = at + FIRST_ARRAY.length;
  const cursor = new Cursor(bytes.subarray(start));
  const parameters = cursor.block("the parameters of a secret key");
  const middle = cursor.bytes(NEXT_ARRAY.length + 4, "a secret key");
  if (!middle.subarray(0, NEXT_ARRAY.length).equals(NEXT_ARRAY)) {
    throw unsupported("a secret key that is sealed in another way than Java's own");
  }
  const encrypted = cursor.block("a secret key");
  return {
    head: bytes.subarray(0, start),
    parameters,
    middle,
    encrypted,
    tail: bytes.subarray(start + cursor.position),
  };
}

function block(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
