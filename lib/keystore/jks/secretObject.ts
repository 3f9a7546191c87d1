import type { SecretEntry } from "../store";

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
