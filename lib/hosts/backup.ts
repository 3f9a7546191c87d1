import { createHash } from "node:crypto";
import { backupName, isRunId, originalName, runOfBackup } from "./companions";
import { HostError } from "./errors";
import type { HostFile, HostFiles } from "./hostFiles";
import { looksOf } from "./looks";
import { besidePath, fileNameOf } from "./plannedPath";

/** How many run backups of a file are kept; the first original does not count. */
export const KEPT_BACKUPS = 3;

/** What there was to back up. */
export type BackupResult =
  /** The file was copied. */
  | "written"
  /** This backup exists already and was left as it is. */
  | "present"
  /** There is no file to back up. */
  | "absent";

/** Names a run in backups, for example `20260101T100000Z-0a1b2c`; sorts by time. */
export function createRunId(now: Date, randomBytes: (length: number) => Uint8Array): string {
  const time = now.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  return `${time}-${Buffer.from(randomBytes(3)).toString("hex")}`;
}

/**
 * Keeps the file at `path` as `<name>.orig`, once and for ever. Call it before the first change, and not for
 * a file that we created. An `.orig` that is there already, whoever made it, is left alone.
 */
export async function keepOriginal(host: HostFiles, path: string): Promise<BackupResult> {
  const real = await host.realPath(path);
  return keepCopy(host, real, originalPath(real));
}

/**
 * Keeps the file at `path` as `<name>.<run id>.bak`, once a run, and removes the oldest such backups
 * beyond `KEPT_BACKUPS`. Files whose names hold no run id of ours are not counted and not removed.
 */
export async function keepBackup(host: HostFiles, path: string, runId: string): Promise<BackupResult> {
  const real = await host.realPath(path);
  const result = await keepCopy(host, real, backupPath(real, runId));
  if (result === "written") await prune(host, real, runId);
  return result;
}

/** Runs that have kept a backup of the file at `path`, the latest first. */
async function listBackups(host: HostFiles, path: string): Promise<string[]> {
  const real = await host.realPath(path);
  const name = fileNameOf(real);
  const runs = (await host.listBeside(real)).flatMap((file) => runOfBackup(name, file.name) ?? []);
  return runs.sort((one, other) => (one < other ? 1 : -1));
}

/** The file as it was before a run changed it; undefined where that run kept none. */
export async function readBackup(
  host: HostFiles,
  path: string,
  runId: string,
): Promise<HostFile | undefined> {
  return host.readFile(backupPath(await host.realPath(path), runId));
}

/** Removes all run backups of a file that was ours alone and is gone: they hold its keys. */
export async function removeBackups(host: HostFiles, path: string): Promise<void> {
  const name = fileNameOf(path);
  const runs = (await host.listBeside(path)).flatMap((file) => runOfBackup(name, file.name) ?? []);
  await Promise.all(runs.map((run) => host.removeFile(backupPath(path, run))));
}

/**
 * Removes the `<name>.orig` that `keepOriginal` made, once nothing in the file is ours any more; one that holds
 * something else by now stays.
 *
 * @param sha256 - of what was kept, hexadecimal
 */
export async function removeOriginal(host: HostFiles, path: string, sha256: string): Promise<void> {
  const original = await readOriginal(host, path);
  if (original === undefined || hashOf(original.bytes) !== sha256) return;
  await host.removeFile(originalPath(await host.realPath(path)));
}

/** What is kept of a file from before: the backups of runs, the latest first, and then its `.orig`. */
export async function* earlierVersions(host: HostFiles, path: string): AsyncGenerator<HostFile> {
  for (const run of await listBackups(host, path)) {
    const file = await readBackup(host, path, run);
    if (file !== undefined) yield file;
  }
  const original = await readOriginal(host, path);
  if (original !== undefined) yield original;
}

/** SHA-256 of a file's bytes, hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The file as `keepOriginal` kept it; undefined where it kept nothing. */
export async function readOriginal(host: HostFiles, path: string): Promise<HostFile | undefined> {
  const real = await host.realPath(path);
  return host.readFile(originalPath(real));
}

async function keepCopy(host: HostFiles, real: string, copyPath: string): Promise<BackupResult> {
  const file = await host.readFile(real);
  if (file === undefined) return "absent";
  if ((await host.readFile(copyPath)) !== undefined) return "present";
  await host.replaceFile(copyPath, file.bytes, looksOf(file));
  return "written";
}

async function prune(host: HostFiles, real: string, runId: string): Promise<void> {
  const name = fileNameOf(real);
  const runs = (await host.listBeside(real))
    .map((file) => runOfBackup(name, file.name) ?? runId)
    .filter((run) => run !== runId)
    .sort();
  // This run's own backup stays, even where a clock was set back.
  const surplus = runs.slice(0, Math.max(0, runs.length - (KEPT_BACKUPS - 1)));
  await Promise.all(surplus.map((run) => host.removeFile(backupPath(real, run))));
}

function originalPath(real: string): string {
  return besidePath(real, originalName(fileNameOf(real)));
}

function backupPath(real: string, runId: string): string {
  if (!isRunId(runId)) {
    throw new HostError(
      "run-id",
      `"${runId}" does not name a run. Use createRunId: 20260101T100000Z-0a1b2c.`,
    );
  }
  return besidePath(real, backupName(fileNameOf(real), runId));
}
