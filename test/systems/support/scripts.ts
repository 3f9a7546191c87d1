import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tool } from "../../support/tools";

/** What shellcheck has to say; empty where it finds nothing. */
export function shellcheck(script: string): string {
  const { stdout, stderr } = spawnSync(tool("shellcheck"), ["--shell=sh", "-"], {
    input: script,
    encoding: "utf8",
  });
  return stdout + stderr;
}

/** Runs `action` with a directory of its own. */
export function withDirectory<T>(action: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  try {
    return action(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes an executable file and returns its path. */
export function program(directory: string, name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
