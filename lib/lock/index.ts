export { type AdoptedDrift, type DriftReport, findAdoptedDrift, type UnseenIdentity } from "./adoptedDrift";
export { createLock, type NewLock, openLock } from "./createLock";
export { isMade, isRenewable } from "./declaration";
export { LockError, lockKeyNeeded, noLock, type StaleIdentity, StaleLockError } from "./errors";
export { isLockedAuthority } from "./lockedAuthority";
export { fileReader } from "./fileReader";
export { formatLock } from "./format";
export type { FileReader } from "./importIdentity";
export type { IdentityMaker } from "./issue";
export {
  anchorOf,
  leafOf,
  LOCK_FORMAT_VERSION,
  EVIDENCE_LEVELS,
  type Evidence,
  type EvidenceLevel,
  type Generation,
  type KeyDerivation,
  type Lock,
  type LockedIdentity,
  type PendingRequest,
  type PinnedChain,
  type Recipient,
  type Rotation,
  type SealedKey,
  type Signer,
  type TruststoreObservation,
} from "./lock";
export { diffLocks, type FactChange, type SectionChange } from "./lockDiff";
export { type LockSection, lockSections } from "./lockFacts";
export {
  createKeyFile,
  createRecipientKeyFile,
  inFile,
  type LoadedLock,
  loadLock,
  localKeyPath,
  lockPath,
  saveLock,
  writeLockFile,
} from "./lockFile";
export { requirePolicy } from "./lockPolicy";
export { lockedParts, pendingRequests, requestOf } from "./lockedParts";
export { throughTemporary } from "./atomicFile";
export { type MergedLocks, mergeLocks } from "./mergeLocks";
export type { MergeConflict } from "./mergeParts";
export type { TrustsAnew } from "./needsAnnouncing";
export { observeHosts, type ObserveOptions, type ObserveResult } from "./observe";
export type { ObservationChange } from "./observeAnchors";
export { type RequestRecord } from "./requestRecord";
export { withIssued } from "./order";
export { OpenLock } from "./openLock";
export type { PinChange } from "./pinChange";
export { pinIdentities, type PinOptions, type PinResult } from "./pin";
export { asSwitched } from "./asSwitched";
export { pruneLock } from "./prune";
export { lockedEnvironment, readLock } from "./readLock";
export { recordRequests } from "./recordRequests";
export {
  formatPublicKey,
  looksLikePublicKey,
  MINIMUM_LOCK_KEY_LENGTH,
  newRecipientKey,
} from "./recipientKey";
export type { RandomBytes } from "./recipients";
export { type RenamedIdentity, renameIdentities } from "./rename";
export { type AnswerContent, type AnswerFile, readAnswer } from "./requests/answer";
export { type CompletedRequest, completeRequest } from "./requests/completeRequest";
export { requestAnew } from "./requests/requestCertificates";
export { requiredCertificates, waitingFor, type WaitingFor } from "./requests/waitingFor";
export { rolledBack } from "./rollBack";
export {
  observedAlias,
  otherGeneration,
  pinnedIdentity,
  type ResolvedIdentity,
  resolveIdentity,
} from "./resolve";
export { type LockSigner, parseSigners } from "./signer";
export { DEFAULT_LOCK_KEY, LockSession, type LockSessionOptions, recipientIdOf } from "./session";
export { loadPins } from "./signerPins";
export { readSignedLock } from "./trust";
export { updateLock, type UpdateOptions, type UpdateResult } from "./update";
export {
  announce,
  type AnnounceOptions,
  cannotRotate,
  descendantsOf,
  goBack,
  headOf,
  retire,
  revoke,
  type RotateOptions,
  rotationGroup,
  type RotationStep,
  switchOver,
  withEvidence,
} from "./rotation";
