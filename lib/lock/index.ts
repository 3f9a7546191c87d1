export { type AdoptedDrift, type DriftReport, findAdoptedDrift, type UnseenIdentity } from "./adoptedDrift";
export { isMade } from "./declaration";
export { LockError, lockKeyNeeded, noLock, type StaleIdentity, StaleLockError } from "./errors";
export { fileReader } from "./fileReader";
export { formatLock } from "./format";
export type { FileReader } from "./importIdentity";
export type { IdentityMaker } from "./issue";
export {
  LOCK_FORMAT_VERSION,
  type KeyDerivation,
  type Lock,
  type LockedIdentity,
  type PinnedChain,
  type Recipient,
  type SealedKey,
  type Signer,
  type TruststoreObservation,
} from "./lock";
export {
  createKeyFile,
  inFile,
  type LoadedLock,
  loadLock,
  localKeyPath,
  lockPath,
  saveLock,
  writeLockFile,
} from "./lockFile";
export { throughTemporary } from "./atomicFile";
export { type MergedLocks, mergeLocks } from "./mergeLocks";
export type { MergeConflict } from "./mergeParts";
export { observeHosts, type ObserveOptions, type ObserveResult } from "./observe";
export type { ObservationChange } from "./observeAnchors";
export { type RequestRecord } from "./requestRecord";
export { createLock, type NewLock, OpenLock, openLock } from "./openLock";
export { type PinChange, pinIdentities, type PinOptions, type PinResult } from "./pin";
export { pruneLock } from "./prune";
export { lockedEnvironment, readLock } from "./readLock";
export { recordRequests } from "./recordRequests";
export { MINIMUM_LOCK_KEY_LENGTH, type RandomBytes } from "./recipients";
export { type RenamedIdentity, renameIdentities } from "./rename";
export { rolledBack } from "./rollBack";
export { observedAlias, pinnedIdentity, type ResolvedIdentity, resolveIdentity } from "./resolve";
export { type LockSigner, parseSigners } from "./signer";
export { DEFAULT_LOCK_KEY, LockSession, type LockSessionOptions, recipientIdOf } from "./session";
export { loadPins } from "./signerPins";
export { readSignedLock } from "./trust";
export { updateLock, type UpdateOptions, type UpdateResult } from "./update";
