import { parseLock } from "./format";
import { type LockedPart, lockedParts } from "./lockedParts";
import type { Lock, SignedPart } from "./lock";
import { asSigned } from "./signedEvidence";
import { headerPart, identityPart, observationPart } from "./signedPart";
import { partVerifier } from "./signer";
import { unsignedPart } from "./trustErrors";

/**
 * Reads the text of a lock and checks that its cleartext is consistent, and every signature in it: that
 * header, identities and observations are what the signer named in the header signed, for this place.
 * Whether that is the right signer, `checkTrust` says. A lock of version 1 has none.
 *
 * @param environment what the lock must have been made for; absent where any will do
 * @throws LockError `damaged-lock`, `conflicting-lock`, `unknown-lock-version`, `other-environment`,
 *   `altered-lock`
 */
export function readLock(text: string, environment?: string): Lock {
  const lock = parseLock(text, environment);
  if (lock.signer !== undefined) verifyParts(lock, partVerifier(lock.signer.publicKey));
  return lock;
}

/**
 * The environment that a lock says it is of, before anything of it is believed.
 *
 * @throws LockError as `readLock` does, but for signatures
 */
export function lockedEnvironment(text: string): string {
  return parseLock(text).environment;
}

function verifyParts(lock: Lock, verify: (part: SignedPart, signature: Uint8Array) => boolean): void {
  const check = (part: SignedPart, signature: Uint8Array | undefined): void => {
    if (signature === undefined || !verify(part, signature)) throw unsignedPart(part);
  };
  check(headerPart(lock), lock.headerSignature);
  for (const [id, identity] of lockedParts(lock)) {
    for (const signed of signedForms(identity)) check(identityPart(lock, id, signed), signed.signature);
  }
  for (const [place, observation] of lock.observations) {
    check(observationPart(lock, place, observation), observation.signature);
  }
}

/** An identity as each of its signatures covers it. */
function signedForms(identity: LockedPart): LockedPart[] {
  if (!("chain" in identity) || identity.signedEvidence === undefined) return [identity];
  return identity.signedEvidence.map((part) => asSigned(identity, part));
}
