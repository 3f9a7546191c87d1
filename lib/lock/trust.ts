import { LOCAL_ENVIRONMENT } from "../model";
import type { Lock } from "./lock";
import { readLock } from "./readLock";
import { formatSigner } from "./signer";
import type { SignerPins } from "./signerPins";
import { otherProject, otherSigner, unpinnedSigner, unsignedLock, unsignedSide } from "./trustErrors";

/**
 * Checks that a lock whose signatures hold was signed by somebody whom the project knows. A lock that was
 * never signed passes until a signer is pinned; the lock of `local` makes its first signer known.
 *
 * @param project what the project is called
 * @throws LockError `unsigned-lock`, `unpinned-signer`, `other-signer`, `other-project`
 */
export function checkTrust(lock: Lock, { signers, where }: SignerPins, project: string): void {
  const { signer, environment } = lock;
  const isLocal = environment === LOCAL_ENVIRONMENT;
  if (signer === undefined) {
    if (signers.length > 0) throw unsignedLock(environment, where);
    return;
  }
  const found = formatSigner(signer.publicKey);
  if (signers.length === 0 && !isLocal) throw unpinnedSigner(found, environment);
  if (signers.length > 0 && !signers.includes(found)) throw otherSigner(found, signers, where);
  if (lock.project !== project && !isLocal) throw otherProject(lock.project, project);
}

/**
 * Reads a lock that is to be merged: signed throughout, by somebody whom the project knows.
 *
 * @throws LockError as `readLock` and `checkTrust` do; `unsigned-lock` for one of version 1
 */
export function readSignedLock(
  text: string,
  environment: string,
  { pins, project }: { readonly pins: SignerPins; readonly project: string },
): Lock {
  const lock = readLock(text, environment);
  if (lock.signer === undefined) throw unsignedSide();
  checkTrust(lock, pins, project);
  return lock;
}
