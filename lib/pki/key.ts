import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { KeyAlgorithm } from "../model";
import { encodeNull, encodeObjectIdentifier, encodeSequence } from "./asn1";
import { unsupportedKey } from "./errors";
import { Oid } from "./objectIdentifiers";

/** A fresh key pair. */
export interface GeneratedKey {
  /** DER of the PrivateKeyInfo (RFC 5208). A secret. */
  readonly pkcs8: Buffer;
  readonly publicKey: KeyObject;
}

/** Generates a key pair from the system's randomness. */
export function generateKey(algorithm: KeyAlgorithm): GeneratedKey {
  const { privateKey, publicKey } = generatePair(algorithm);
  return { pkcs8: privateKey.export({ format: "der", type: "pkcs8" }), publicKey };
}

/**
 * Opens a PrivateKeyInfo for use.
 *
 * @throws PkiError `unsupported-key`
 */
export function openPrivateKey(pkcs8: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  } catch (error) {
    throw unsupportedKey("the private key cannot be read: unencrypted PKCS#8 in DER was expected", error);
  }
}

/** DER of the SubjectPublicKeyInfo that belongs to a public or private key. */
export function spkiOf(key: KeyObject): Buffer {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ format: "der", type: "spki" });
}

/** A signature over `data`, with the AlgorithmIdentifier that names how it was made. */
export interface Signature {
  readonly algorithm: Buffer;
  /** Hash of the message; null where the algorithm brings its own. */
  readonly digest: string | null;
}

/**
 * How certificates and requests are signed with a key: SHA-256 with RSA; with EC the hash of the curve's
 * strength (RFC 5480, 4).
 *
 * @throws PkiError `unsupported-key`
 */
export function signatureFor(key: KeyObject): Signature {
  const type: string = key.asymmetricKeyType ?? "unknown";
  switch (type) {
    case "rsa":
      // RFC 4055, 5: the parameters of RSA signatures are NULL, those of the others are absent.
      return {
        algorithm: encodeSequence(encodeObjectIdentifier(Oid.sha256WithRsa), encodeNull()),
        digest: "sha256",
      };
    case "ed25519":
      return { algorithm: encodeSequence(encodeObjectIdentifier(Oid.ed25519)), digest: null };
    case "ec": {
      const [oid, digest] = ecSignature(key.asymmetricKeyDetails?.namedCurve);
      return { algorithm: encodeSequence(encodeObjectIdentifier(oid)), digest };
    }
    default:
      throw unsupportedKey(`certificates are not signed with ${type} keys: use RSA, EC or Ed25519`);
  }
}

/** Signs data with a private key, in the way that `signatureFor` says. */
export type Signing = (key: KeyObject, signature: Signature, data: Uint8Array) => Buffer;

export const signWith: Signing = (key, { digest }, data) => sign(digest, data, key);

function ecSignature(curve: string | undefined): [oid: string, digest: string] {
  if (curve === "secp384r1") return [Oid.ecdsaWithSha384, "sha384"];
  if (curve === "secp521r1") return [Oid.ecdsaWithSha512, "sha512"];
  return [Oid.ecdsaWithSha256, "sha256"];
}

function generatePair(algorithm: KeyAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === "ed25519") return generateKeyPairSync("ed25519");
  if (algorithm === "ec-p256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (algorithm === "ec-p384") return generateKeyPairSync("ec", { namedCurve: "P-384" });
  return generateKeyPairSync("rsa", { modulusLength: Number(algorithm.slice("rsa-".length)) });
}
