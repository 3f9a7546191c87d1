import { printableJson, terminalLine, terminalText } from "../text";
import type { Line } from "./screen/line";
import { painted } from "./screen/paint";

/** What a command may touch besides files: handed in, so that a command is a function of its arguments. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Opened by who reads it: a terminal that is open keeps a program alive. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start at. */
  readonly workingDirectory: string;
  readonly now: Date;
  /** Milliseconds since some time that stays the same: what takes how long is said by it. */
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface Output {
  write(text: string): unknown;
  /** Width of the terminal; absent where the output is none. */
  readonly columns?: number;
  /** @default false */
  readonly hasColours?: boolean;
  /** Writes a line in its colours; absent where there are none. */
  readonly paint?: (line: Line) => void;
  /** Says what is under way in a line that the next one takes the place of; absent where nobody watches. */
  readonly status?: (text: string | undefined) => void;
}

/** 0: all is well. 1: a check found something, or two things differ. 2: the work could not be done. */
export type ExitCode = 0 | 1 | 2;

/** The same, with outputs that nothing steers, whoever wrote what is printed: certificates, stores, servers. */
export function inertIo(io: CliIo): CliIo {
  return { ...io, stdout: inertOutput(io.stdout), stderr: inertOutput(io.stderr) };
}

function inertOutput(output: Output): Output {
  const { columns, hasColours = false, status } = output;
  return {
    write: (text) => output.write(terminalText(text)),
    ...(columns === undefined ? {} : { columns }),
    ...(hasColours ? { paint: (line) => void output.write(`${painted(line)}\n`) } : {}),
    ...(status === undefined
      ? {}
      : { status: (text) => status(text === undefined ? undefined : terminalLine(text)) }),
  };
}

/** Prints plain data for tools: indented JSON with a line end. */
export function printJson(io: CliIo, value: unknown): void {
  io.stdout.write(`${printableJson(value, 2)}\n`);
}

/** Prints one line each; a line break within one is shown, so that nothing poses as a line of ours. */
export function printLines(io: CliIo, ...lines: readonly string[]): void {
  for (const line of lines) io.stdout.write(`${terminalLine(line)}\n`);
}

/** Prints text of several lines, for example a table. */
export function printText(io: CliIo, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** Warns on standard error, one line each. */
export function printWarnings(io: CliIo, ...warnings: readonly string[]): void {
  for (const warning of warnings) io.stderr.write(`warning: ${terminalLine(warning)}\n`);
}
