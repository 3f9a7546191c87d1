import { createReadStream } from "node:fs";
import { basename, resolve } from "node:path";

import { diagnoseLog, type LogDiagnosis } from "../../check";
import { TrustError } from "../../model";
import { systemCode } from "../../model/systemCode";
import { terminalLine } from "../../text";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { redactorFor, saveBundle } from "./bundle";
import { ExcerptTaker } from "./excerpts";
import { linesOf } from "./lines";
import { textOnly } from "./textOnly";

/** How what is found in a text is handed on. */
export interface LogOptions {
  readonly json: boolean;
  readonly bundle?: string;
  readonly withPaths?: boolean;
}

/** Says what an error text means; a text of several lines is read like a log. */
export async function diagnoseMessage(io: CliIo, text: string, options: LogOptions): Promise<ExitCode> {
  if (text.trim() === "") throw new UsageError("--message is empty; give the text of an error");
  return await diagnoseChunks(io, chunksOf(text), "the text", options);
}

/** Says what the known lines of a log mean; `-` is standard input. */
export async function diagnoseLogFile(io: CliIo, file: string, options: LogOptions): Promise<ExitCode> {
  const chunks = file === "-" ? io.stdin() : createReadStream(resolve(io.workingDirectory, file));
  try {
    const source = file === "-" ? "standard input" : file;
    return await diagnoseChunks(io, textOnly(chunks, source), source, options);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || error instanceof TrustError) throw error;
    throw new UsageError(`${file} cannot be read (${code}); give the path of a log, or - for standard input`);
  }
}

async function diagnoseChunks(
  io: CliIo,
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  { json, bundle, ...options }: LogOptions,
): Promise<ExitCode> {
  const taker = new ExcerptTaker(redactorFor(io, options));
  let isEmpty = true;
  const lines = linesOf(watched(chunks, () => (isEmpty = false)));
  const findings = await diagnoseLog(bundle === undefined ? lines : taker.pass(lines));
  if (bundle !== undefined)
    saveBundle(io, bundle, { log: basename(source), findings, excerpts: taker.excerpts }, options);
  return report(io, isEmpty ? `${source} is empty` : `nothing that is known in ${source}`, findings, json);
}

/** The same chunks; says so where there is one. */
async function* watched(chunks: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk();
    yield chunk;
  }
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function report(io: CliIo, nothing: string, found: readonly LogDiagnosis[], asJson: boolean): ExitCode {
  if (asJson) printJson(io, { findings: found });
  else if (found.length === 0) printLines(io, nothing);
  else printLines(io, ...found.flatMap(describe));
  return found.length === 0 ? 0 : 1;
}

/** Whose log to read next. */
const LOGS = {
  here: "this log, around that line",
  peer: "the other side's log of the same moment: it has the reason",
} as const;

function describe({ rule, cause, remedy, next, line, lineNumber, times }: LogDiagnosis): string[] {
  const more = times === 1 ? "" : `, and ${times - 1} more`;
  return [
    `${rule} (line ${lineNumber}${more})`,
    `  says:      ${terminalLine(line.trim())}`,
    `  cause:     ${cause}`,
    `  remedy:    ${remedy}`,
    ...(next === undefined
      ? []
      : [`  read next: ${LOGS[next.log]}`, `  run:       ${next.command}`, `  not shown: ${next.unshown}`]),
  ];
}
