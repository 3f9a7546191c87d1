import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { tool } from "../../support/tools";

/** What shellcheck has to say; empty where it finds nothing. */
export function shellcheck(script: string): string {
  const { stdout, stderr } = spawnSync(tool("shellcheck"), ["--shell=sh", "-"], {
    input: script,
    encoding: "utf8",
  });
  return stdout + stderr;
}

/** Runs `action` with a directory of its own, which is removed when it has ended. */
export async function withDirectory<T>(action: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-"));
  try {
    return await action(directory);
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

/** Runs a program while this process goes on serving it. */
export async function runAsync(
  command: string,
  words: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(command, words, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => {
    child.on("close", done);
  });
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}
