/** What a command may touch besides files: handed in, so that a command is a function of its arguments. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start at. */
  readonly workingDirectory: string;
  readonly now: Date;
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Output {
  write(text: string): unknown;
  /** Width of the terminal; absent where the output is none. */
  readonly columns?: number;
}

/** 0: all is well. 1: a check found something, or two things differ. 2: the work could not be done. */
export type ExitCode = 0 | 1 | 2;

/** Prints plain data for tools: indented JSON with a line end. */
export function printJson(io: CliIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLines(io: CliIo, ...lines: readonly string[]): void {
  for (const line of lines) io.stdout.write(`${line}\n`);
}
