import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { runCli } from "../../lib/cli/run";

/** What a command line came to. */
export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory of its own to run command lines in, and an environment for their secrets. */
export class CliSandbox {
  readonly directory = mkdtempSync(join(tmpdir(), "cdktf-trust-cli-"));
  #runs = 0;
  /** What standard input holds. */
  input = "";

  constructor(
    readonly environment: Readonly<Record<string, string>> = {},
    public now = new Date("2026-11-21T12:00:00Z"),
  ) {}

  path(name: string): string {
    return join(this.directory, name);
  }

  async run(...words: readonly string[]): Promise<CliResult> {
    return await this.runIn(this.directory, ...words);
  }

  /** The same from another directory. */
  async runIn(workingDirectory: string, ...words: readonly string[]): Promise<CliResult> {
    let stdout = "";
    let stderr = "";
    this.#runs += 1;
    const exitCode = await runCli(words, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      stdin: () => Readable.from([Buffer.from(this.input)]),
      environment: this.environment,
      workingDirectory,
      now: this.now,
      clock: () => 0,
      randomBytes: (length) => Buffer.alloc(length, this.#runs),
    });
    return { exitCode, stdout, stderr };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
