import { LOCAL_ENVIRONMENT } from "../model";
import { otherProject, otherSigner, unpinnedSigner, unsignedLock } from "./errors";
import type { Lock } from "./lock";
import { formatSigner } from "./signer";
import type { SignerPins } from "./signerPins";

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
