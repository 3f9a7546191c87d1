import { type KeyObject, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { IdentityMaker } from "../lock";
import type { KeyAlgorithm } from "../model";
import type { GeneratedKey } from "../pki";
import { seededBytes } from "./seededBytes";
import { seededEcKey, signRepeatably } from "./seededEcKey";
import { seededRsaKey } from "./seededRsaKey";

/** PKCS#8 of an Ed25519 key up to its 32 bytes (RFC 8410, 7). */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** RSA keys are dear, and tests declare the same stacks again and again. */
const made = new Map<string, GeneratedKey>();

/**
 * Makes a test's identity out of its id, so that it has the same key and certificate on every run, whatever else is
 * declared beside it.
 */
export function seededIdentity(seed: string, identityId: string): IdentityMaker {
  return {
    makeKey: (algorithm) => {
      const name = JSON.stringify([seed, identityId, algorithm]);
      const key = made.get(name) ?? generated(seededKey(algorithm, seed, identityId));
      made.set(name, key);
      return key;
    },
    randomBytes: seededBytes("serial number", seed, identityId),
    sign: (key, signature, data) =>
      key.asymmetricKeyType === "ec"
        ? signRepeatably(key, signature, data)
        : sign(signature.digest, data, key),
  };
}

function generated(key: KeyObject): GeneratedKey {
  return { pkcs8: key.export({ format: "der", type: "pkcs8" }), publicKey: createPublicKey(key) };
}

function seededKey(algorithm: KeyAlgorithm, ...seed: readonly string[]): KeyObject {
  const randomBytes = seededBytes("key", algorithm, ...seed);
  switch (algorithm) {
    case "ed25519":
      return createPrivateKey({
        key: Buffer.concat([ED25519_PREFIX, randomBytes(32)]),
        format: "der",
        type: "pkcs8",
      });
    case "ec-p256":
    case "ec-p384":
      return seededEcKey(algorithm, randomBytes);
    case "rsa-2048":
    case "rsa-3072":
    case "rsa-4096":
      return seededRsaKey(Number(algorithm.slice("rsa-".length)), randomBytes);
    default:
      return algorithm satisfies never;
  }
}
