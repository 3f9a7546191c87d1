import { TrustError } from "../model";
import { LOCK_FORMAT_VERSION } from "./lock";

/** A lock that cannot be read, opened or brought up to date. */
export class LockError extends TrustError {}

/** Why the lock does not hold an identity as it is declared. */
export interface StaleIdentity {
  readonly id: string;
  readonly reason: string;
}

/** A frozen lock that does not hold what the stacks declare. */
export class StaleLockError extends LockError {
  readonly stale: readonly StaleIdentity[];

  /** @param onHosts whether some of it can only be read from hosts */
  constructor(environment: string, stale: readonly StaleIdentity[], onHosts: boolean) {
    const command = `cdktf-trust lock ${onHosts ? "--observe " : ""}--environment ${environment}`;
    const lines = stale.map(({ id, reason }) => `  ${id}: ${reason}`);
    super(
      "stale-lock",
      `the lock of environment "${environment}" is frozen and does not hold what is declared:\n` +
        `${lines.join("\n")}\n` +
        `run \`${command}\`, review the change and commit it`,
    );
    this.stale = stale;
  }
}

/**
 * What is declared does not fit what is there, or cannot be made.
 *
 * @param problem a sentence, or what an inner layer threw
 */
export function cannotPin(id: string, problem: unknown): LockError {
  if (typeof problem === "string") return new LockError("cannot-pin", `identity "${id}": ${problem}`);
  if (!(problem instanceof TrustError)) throw problem;
  return new LockError("cannot-pin", `identity "${id}": ${problem.message}`, { cause: problem });
}

/** A file beside the stack that an identity cannot be taken from. */
export function unusableFile(file: string, problem: string, cause?: unknown): LockError {
  return new LockError("unusable-file", `${file}: ${problem}`, { cause });
}

/** Identities whose host has to be read first; synth never does that. */
export function notObserved(environment: string, ids: readonly string[]): LockError {
  return new LockError(
    "not-observed",
    `${ids.map((id) => `"${id}"`).join(", ")}: the certificate is on its host and was never read from there ` +
      `(or is declared at another place now); run \`cdktf-trust lock --observe --environment ${environment}\` ` +
      "where the host can be reached, and commit the lock",
  );
}

/** A store that cannot be read, or that does not hold what is declared. */
export function unreadableStore(place: string, problem: string, cause?: unknown): LockError {
  return new LockError("unreadable-store", `${place}: ${problem}`, { cause });
}

/** Everything that stands in the way of an observation. */
export function cannotObserve(problems: readonly string[]): LockError {
  return new LockError(
    "cannot-observe",
    `the hosts could not be observed, and the lock was not changed:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** Text that is not a lock. */
export function damagedLock(where: string, problem: string): LockError {
  return new LockError(
    "damaged-lock",
    `the lock is damaged at ${where}: ${problem}; nothing was changed, restore the file from version control`,
  );
}

/** Two branches changed the lock, and somebody has to choose. */
export function conflictingLock(line: number): LockError {
  return new LockError(
    "conflicting-lock",
    `the lock holds merge-conflict markers (line ${line}); take one side whole ` +
      "(`git checkout --ours` or `--theirs`) and run `cdktf-trust lock` for what the other side added",
  );
}

/** A lock that a newer (or broken) version of this project wrote. */
export function unknownLockVersion(found: unknown): LockError {
  return new LockError(
    "unknown-lock-version",
    `the lock has formatVersion ${JSON.stringify(found)}; this version of cdktf-trust reads 1 to ${LOCK_FORMAT_VERSION}: ` +
      "install the version of cdktf-trust that wrote it",
  );
}

/** A lock that this version would misread, or lose something of: what is in it came with a later one. */
export function newerLock(where: string, what: string): LockError {
  return new LockError(
    "newer-lock",
    `the lock was made by a newer version of cdktf-trust (${where}: ${what}), and this one would lose what it does ` +
      "not know; nothing was changed: install the version that wrote it, or a later one",
  );
}

/** The lock of another environment, under this one's name. */
export function otherEnvironment(found: string, expected: string): LockError {
  return new LockError(
    "other-environment",
    `the lock belongs to environment "${found}", not "${expected}"; ` +
      "every environment has a lock of its own, so copy none and run `cdktf-trust lock`",
  );
}

/** None of the recipients has this key. */
export function wrongLockKey(recipients: readonly string[]): LockError {
  return new LockError(
    "wrong-lock-key",
    `the lock key opens the lock for none of its recipients (${recipients.join(", ")}); ` +
      "use the key of one of them, or have one of them run `cdktf-trust lock recipients add` for yours",
  );
}

/** Ciphertext that does not belong where it stands. */
export function tamperedLock(what: string): LockError {
  return new LockError(
    "tampered-lock",
    `${what} does not fit the lock's keys: it was altered, moved here from elsewhere, or written ` +
      "before a recipient was removed; restore the lock from version control, or make the identity anew with " +
      "`cdktf-trust lock --renew ID`",
  );
}

/** A key that a machine could guess from the lock in the repository. */
export function weakLockKey(minimumLength: number): LockError {
  return new LockError(
    "weak-lock-key",
    `the lock key is too short: the lock is committed, so its key must have ${minimumLength} characters or more; ` +
      "`cdktf-trust lock --new-key FILE` makes one",
  );
}

/** Something that only an open lock can do. */
export function lockKeyNeeded(environment: string): LockError {
  return new LockError(
    "lock-key-needed",
    `the lock key of environment "${environment}" is needed to make or read private keys; set its reference`,
  );
}

/** The lock has no such identity, or not with a private key. */
export function notInLock(id: string, what: string): LockError {
  return new LockError("not-in-lock", `the lock holds no ${what} for "${id}"; run \`cdktf-trust lock\``);
}

/** A certificate for a request that the lock does not hold. */
export function notRequested(id: string, waiting: readonly string[]): LockError {
  return new LockError(
    "not-requested",
    `"${id}" waits for no certificate; there are: ${waiting.join(", ") || "none"}. ` +
      "`cdktf-trust lock` makes a request for what is declared with `Certificate.requested`",
  );
}

/** What came back from an authority is not what was asked for. */
export function refusedAnswer(id: string, differences: readonly string[]): LockError {
  return new LockError(
    "refused-answer",
    `the certificate for "${id}" is not what was asked for, and the lock was not changed:\n` +
      differences.map((difference) => `  ${difference}`).join("\n"),
  );
}

/** Identities without a certificate, which somebody else has to issue. */
export function waitsForCertificate(environment: string, waiting: readonly StaleIdentity[]): LockError {
  return new LockError(
    "waits-for-certificate",
    `the lock of environment "${environment}" has no certificate yet for what is declared:\n` +
      waiting.map(({ id, reason }) => `  ${id}: ${reason}`).join("\n"),
  );
}

/** A recipient that is there already, or is not there. */
export function recipientProblem(problem: string): LockError {
  return new LockError("recipient", problem);
}

/** A recipient's key as text that is none; what was given may be a secret, and is not repeated. */
export function invalidRecipientKey(problem: string, expected: string): LockError {
  return new LockError(
    "invalid-recipient-key",
    `${problem}: ${expected} was expected, as \`cdktf-trust lock recipients new-key FILE\` makes it (what was given ` +
      "is not repeated here)",
  );
}

/** @param problems one for each identity, with what is allowed */
export function againstPolicy(environment: string, problems: readonly string[]): LockError {
  return new LockError(
    "against-policy",
    `the policy of environment "${environment}" (environments.${environment}.policy in the context of cdktf.json) does ` +
      `not allow what the lock would hold, and it was not changed:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
  );
}

/** Another process wrote the lock between our reading and writing it. */
export function lockChanged(path: string): LockError {
  return new LockError(
    "lock-changed",
    `${path} was changed by another process; nothing was written, run again`,
  );
}

/** A command on a lock that is not there yet. */
export function noLock(path: string, environment: string): LockError {
  return new LockError(
    "no-lock",
    `${path} does not exist yet; \`cdktf-trust lock --environment ${environment}\` makes it`,
  );
}

/** The lock of the local environment without the key that opens it. */
export function localKeyMissing(keyFile: string, lockFile: string): LockError {
  return new LockError(
    "local-key-missing",
    `${lockFile} is there, but its key ${keyFile} is not; restore the key, or delete the lock as well ` +
      "and every local identity is made anew",
  );
}

/** A `cdktf.json` that the pin cannot be read from, or written to. */
export function unusableProjectFile(path: string, problem: string): LockError {
  return new LockError("unusable-project-file", `${path}: ${problem}; it was left as it is`);
}
