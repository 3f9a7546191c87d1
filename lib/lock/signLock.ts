import { tamperedLock } from "./errors";
import type { Lock, SignedPart, Signer } from "./lock";
import { type LockedPart, lockedParts, withParts } from "./lockedParts";
import type { RandomBytes } from "./recipients";
import { seal, unseal } from "./sealedKey";
import { headerPart, identityPart, observationPart } from "./signedPart";
import { signPart, signerKey } from "./signer";

const SEED_LENGTH = 32;

/** A new signing key, sealed under a key that those who may sign unwrap. */
export function newSigner(sealingKey: Uint8Array, randomBytes: RandomBytes): Signer {
  const seed = randomBytes(SEED_LENGTH);
  const { publicKey } = signerKey(seed);
  return { publicKey, sealedKey: seal(seed, sealingKey, sealContext(publicKey), randomBytes) };
}

/**
 * The lock with every part signed. What did not change keeps its signature, because the same part and key
 * give the same one.
 *
 * @throws LockError `tampered-lock` where the sealed key is not the signer's
 */
export function signLock(lock: Lock, signer: Signer, sealingKey: Uint8Array): Lock {
  const privateKey = openSigner(signer, sealingKey);
  const signed: Lock = { ...lock, signer };
  const signatureOf = (part: SignedPart) => ({ signature: signPart(part, privateKey) });
  const parts = [...lockedParts(lock)].map(([id, identity]): [string, typeof identity] => [
    id,
    { ...inOnePart(identity), ...signatureOf(identityPart(signed, id, identity)) },
  ]);
  return {
    ...withParts(signed, new Map(parts)),
    headerSignature: signPart(headerPart(signed), privateKey),
    observations: new Map(
      [...lock.observations].map(([place, observation]) => [
        place,
        { ...observation, ...signatureOf(observationPart(signed, place, observation)) },
      ]),
    ),
  };
}

/** What branches signed apart is signed once from now on. */
function inOnePart(identity: LockedPart): LockedPart {
  if (!("chain" in identity)) return identity;
  const { signedEvidence: _, ...whole } = identity;
  return whole;
}

function openSigner({ publicKey, sealedKey }: Signer, sealingKey: Uint8Array) {
  try {
    const opened = signerKey(unseal(sealedKey, sealingKey, sealContext(publicKey)));
    if (opened.publicKey.equals(publicKey)) return opened.privateKey;
  } catch {
    // The cause would say nothing that a person could use.
  }
  throw tamperedLock("the key of the signer");
}

function sealContext(publicKey: Uint8Array): readonly unknown[] {
  return ["signer", Buffer.from(publicKey).toString("base64")];
}
