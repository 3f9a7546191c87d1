import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ARTIFACTS_DIRECTORY } from "./artifactPath";

/** A file for the hosts, by its path below the stack's Terraform working directory. */
export interface Artifact {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Makes the artifacts folder hold exactly these files, readable by their owner only: those no longer
 * declared are deleted, because a forgotten one may hold a key.
 */
export function writeArtifacts(workingDirectory: string, artifacts: readonly Artifact[]): void {
  const wanted = new Set(artifacts.map(({ path }) => join(workingDirectory, path)));
  removeOthers(join(workingDirectory, ARTIFACTS_DIRECTORY), wanted);
  for (const { path, bytes } of artifacts) writeOwnerOnly(join(workingDirectory, path), bytes);
}

function removeOthers(directory: string, wanted: ReadonlySet<string>): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removeOthers(path, wanted);
    else if (!wanted.has(path)) rmSync(path);
  }
  if (readdirSync(directory).length === 0) rmdirSync(directory);
}

function writeOwnerOnly(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && readFileSync(path).equals(bytes)) {
    chmodSync(path, 0o600);
    return;
  }
  rmSync(path, { force: true });
  writeFileSync(path, bytes, { mode: 0o600 });
}
