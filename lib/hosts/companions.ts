/**
 * Names of the files that are kept beside a file of a product's, so that one place says what is ours.
 * `name` is the last component of the real path.
 */

/** What is ours in the file. */
export function ownershipName(name: string): string {
  return `.${name}.cdktf-trust.json`;
}

/** Whether a file of this name is such a record. */
export function isOwnershipName(candidate: string): boolean {
  return fileOfOwnership(candidate) !== undefined;
}

/** Name of the file that such a record is of; undefined for files of other names. */
export function fileOfOwnership(candidate: string): string | undefined {
  return /^\.(.*)\.cdktf-trust\.json$/s.exec(candidate)?.[1];
}

/** Exists while somebody works on the file. */
export function exclusionName(name: string): string {
  return `.${name}.cdktf-trust.lock`;
}

/** The file as it was before we first changed it. */
export function originalName(name: string): string {
  return `${name}.orig`;
}

/** The file as it was before a run changed it. */
export function backupName(name: string, runId: string): string {
  return `${name}.${runId}.bak`;
}

/** The run that a backup of the file was made in; undefined for files that are not backups of ours. */
export function runOfBackup(name: string, candidate: string): string | undefined {
  const runId = candidate.slice(name.length + 1, -".bak".length);
  return isRunId(runId) && candidate === backupName(name, runId) ? runId : undefined;
}

/** Whether a text is the id of a run, as `createRunId` makes them. */
export function isRunId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]{6}$/.test(text);
}

/** A file that is still being written; `random` are 12 hexadecimal digits. */
export function temporaryName(name: string, random: string): string {
  return `.${name}.cdktf-trust-${random}.tmp`;
}

/** Whether a killed run left `candidate` when it wrote the file or one of the above. */
export function isLeftover(name: string, candidate: string): boolean {
  const [, written = ""] = /^\.(.+)\.cdktf-trust-[0-9a-f]{12}\.tmp$/s.exec(candidate) ?? [];
  return written !== "" && (written === name || isCompanionOf(name, written));
}

/** The old file for the moment in which a new one takes its place, where the machine does not do that in one step. */
export function asideName(name: string): string {
  return `.${name}.cdktf-trust.aside`;
}

/** Which file `candidate` is set aside from, where that is `name` or kept beside it. */
export function fileSetAside(name: string, candidate: string): string | undefined {
  const file = /^\.(.+)\.cdktf-trust\.aside$/s.exec(candidate)?.[1];
  return file !== undefined && (file === name || isCompanionOf(name, file)) ? file : undefined;
}

/** Whether `candidate` is kept beside the file `name`. */
export function isCompanionOf(name: string, candidate: string): boolean {
  return (
    candidate === originalName(name) ||
    candidate.startsWith(`.${name}.cdktf-trust.`) ||
    runOfBackup(name, candidate) !== undefined
  );
}

/**
 * Whether a file of this name is kept beside another one. Whoever owns the folder can plant a symbolic link
 * under such a name, so that none is ever followed.
 */
export function isCompanion(candidate: string): boolean {
  return /^\..+\.cdktf-trust\.|.\.orig$|.\.\d{8}T\d{6}Z-[0-9a-f]{6}\.bak$/s.test(candidate);
}

/** What was displaced from the file: a store of displaced entries; with a claim, the file that it displaced. */
export function keptName(name: string, claim?: string): string {
  return `.${name}.cdktf-trust.kept${claim === undefined ? "" : `.${claim}`}`;
}

/** The claim that a kept file of `name` is of; undefined for files that are not such ones. */
export function claimOfKept(name: string, candidate: string): string | undefined {
  const prefix = keptName(name, "");
  const claim = candidate.slice(prefix.length);
  return candidate.startsWith(prefix) && /^[0-9a-f]{32}$/.test(claim) ? claim : undefined;
}
