import { renameSync } from "node:fs";
import { join } from "node:path";
import { LOCAL_ENVIRONMENT } from "../model";
import { readIfThere, throughTemporary } from "./atomicFile";
import { withLockSigners } from "./projectFile";
import type { RandomBytes } from "./recipients";
import { type LockSigner, parseSigners } from "./signer";

/** Public keys, one of which must have signed an environment's lock, and where they are pinned. */
export interface SignerPins {
  readonly signers: readonly LockSigner[];
  /** Path of the file, for messages. */
  readonly where: string;
}

/**
 * What is pinned for an environment. The lock of `local` is git-ignored, and so is its pin: beside the key,
 * from the first use on.
 *
 * @param declared `lockSigner` of the environment
 * @throws LockError `invalid-lock-signer`
 */
export function loadPins(
  projectDirectory: string,
  environment: string,
  declared: readonly LockSigner[],
): SignerPins {
  if (environment !== LOCAL_ENVIRONMENT) return { signers: declared, where: "cdktf.json" };
  const path = localSignerPath(projectDirectory);
  const lines = readIfThere(path)
    ?.split(/\r?\n/)
    .filter((line) => line !== "");
  return { signers: parseSigners(lines), where: path };
}

/**
 * Gets ready to pin one signer, and no other, where the environment has its pins.
 *
 * @returns what writes it
 * @throws LockError `unusable-project-file`
 */
export function pinSigner(
  projectDirectory: string,
  environment: string,
  signer: LockSigner,
  randomBytes: RandomBytes,
): () => SignerPins {
  const isLocal = environment === LOCAL_ENVIRONMENT;
  const path = isLocal ? localSignerPath(projectDirectory) : join(projectDirectory, "cdktf.json");
  const text = isLocal ? `${signer}\n` : withLockSigners(path, readIfThere(path), environment, [signer]);
  return () => {
    throughTemporary(path, text, 0o644, randomBytes, renameSync);
    return { signers: [signer], where: isLocal ? path : "cdktf.json" };
  };
}

function localSignerPath(projectDirectory: string): string {
  return join(projectDirectory, ".local", "lock.signer");
}
