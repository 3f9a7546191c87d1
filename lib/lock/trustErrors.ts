import { LockError } from "./errors";
import type { SignedPart } from "./lock";

/** A part of a lock that its signer did not sign as it stands there. */
export function unsignedPart({ part, key, environment }: SignedPart): LockError {
  const what = {
    header: "the header of the lock (project, environment, signer, recipients)",
    identity: `identity "${key}" of the lock`,
    observation: `the observation of ${key} in the lock`,
  }[part];
  return new LockError(
    "altered-lock",
    `${what} is not as it was signed for environment "${environment}": it was altered, added by hand, or moved ` +
      "here from elsewhere; restore the lock from version control, and make the change with `cdktf-trust lock`",
  );
}

/** A lock by somebody whom the project does not know. */
export function otherSigner(found: string, pinned: readonly string[], where: string): LockError {
  return new LockError(
    "other-signer",
    `the lock is signed by ${found}, and ${where} pins ${pinned.join(", ")}: it was made by somebody else, or its ` +
      `signer changed; restore the lock from version control, or, if you know this signer, add it in ${where}`,
  );
}

/** A signed lock that nothing says whose it must be. */
export function unpinnedSigner(found: string, environment: string): LockError {
  return new LockError(
    "unpinned-signer",
    `the lock is signed by ${found}, and cdktf.json pins no signer for environment "${environment}"; restore the pin ` +
      `from version control, or ask whoever made the lock whether this is their key and add ` +
      `"lockSigner": ["${found}"] to environments.${environment} in the context of cdktf.json`,
  );
}

/** A lock without signatures where there have been some. */
export function unsignedLock(environment: string, where: string): LockError {
  return new LockError(
    "unsigned-lock",
    `the lock is not signed (format 1), and ${where} pins a signer for environment "${environment}"; restore the ` +
      "signed lock from version control",
  );
}

/** A pinned signer whose lock is gone. */
export function signerWithoutLock(path: string, environment: string): LockError {
  return new LockError(
    "signer-without-lock",
    `${path} is not there, and cdktf.json pins its signer; restore the lock from version control, or remove ` +
      `environments.${environment}.lockSigner from cdktf.json to begin a new lock with new identities`,
  );
}

/** The lock of another project, under this one's name. */
export function otherProject(found: string, expected: string): LockError {
  return new LockError(
    "other-project",
    `the lock belongs to the project "${found}", and this one is called "${expected}" in cdktf.json; restore ` +
      "the one or the other from version control",
  );
}

/** A recipient who may read the lock, and no more. */
export function cannotSign(recipientId: string): LockError {
  return new LockError(
    "cannot-sign",
    `recipient "${recipientId}" may open the lock and not change it (role "open"); use the key of a recipient ` +
      'with the role "sign"',
  );
}

/** A pin that names no key. */
export function invalidLockSigner(found: unknown): LockError {
  return new LockError(
    "invalid-lock-signer",
    `lockSigner holds ${JSON.stringify(found)}; a list of public keys as \`cdktf-trust lock\` writes them ` +
      '("ed25519:" and 32 bytes in base64) was expected: restore it from version control',
  );
}

/** A lock of format 1 that is to be merged: nothing in it is signed. */
export function unsignedSide(): LockError {
  return new LockError(
    "unsigned-lock",
    "the lock is not signed (format 1), and only signed parts are merged; run `cdktf-trust lock` on that branch, " +
      "which signs it, and merge again",
  );
}
