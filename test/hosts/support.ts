import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HostError } from "../../lib/hosts";

/** A directory for one test, searchable by everybody and gone when the callback ends. */
export async function inMirror<T>(action: (root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "mirror-"));
  chmodSync(root, 0o755);
  try {
    return await action(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Folders in which this process hands passwords to an ssh. */
export function askingFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`cdktf-trust-ssh-${process.pid}-`));
}

/** The error that the action ends with. */
export async function hostFailure(action: () => Promise<unknown>): Promise<HostError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Runs the action without root's right to pass over permissions; everybody else has none to give up. */
export async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  const before = process.geteuid?.();
  if (before !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

/** Whether a process lives; one that has ended and waits to be asked does not. */
export function lives(id: string): boolean {
  const status = `/proc/${id}/status`;
  return existsSync(status) && /^State:\s+[^Z]/m.test(readFileSync(status, "utf8"));
}
