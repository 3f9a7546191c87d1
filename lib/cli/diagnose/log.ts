import { createReadStream } from "node:fs";
import { resolve } from "node:path";

import { diagnoseLog, type LogDiagnosis } from "../../check";
import { systemCode } from "../../model/systemCode";
import { terminalLine } from "../../text";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { linesOf } from "./lines";

/** Says what an error text means; a text of several lines is read like a log. */
export async function diagnoseMessage(io: CliIo, text: string, asJson: boolean): Promise<ExitCode> {
  return report(io, "the text", await diagnoseLog(linesOf(chunksOf(text))), asJson);
}

/** Says what the known lines of a log mean; `-` is standard input. */
export async function diagnoseLogFile(io: CliIo, file: string, asJson: boolean): Promise<ExitCode> {
  const chunks = file === "-" ? io.stdin() : createReadStream(resolve(io.workingDirectory, file));
  try {
    return report(io, file === "-" ? "standard input" : file, await diagnoseLog(linesOf(chunks)), asJson);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new UsageError(`${file} cannot be read (${code}); give the path of a log, or - for standard input`);
  }
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function report(io: CliIo, source: string, found: readonly LogDiagnosis[], asJson: boolean): ExitCode {
  if (asJson) printJson(io, { findings: found });
  else if (found.length === 0) printLines(io, `nothing that is known in ${source}`);
  else printLines(io, ...found.flatMap(describe));
  return found.length === 0 ? 0 : 1;
}

function describe({ rule, cause, remedy, line, lineNumber, times }: LogDiagnosis): string[] {
  const more = times === 1 ? "" : `, and ${times - 1} more`;
  return [
    `${rule} (line ${lineNumber}${more})`,
    `  says:   ${terminalLine(line.trim())}`,
    `  cause:  ${cause}`,
    `  remedy: ${remedy}`,
  ];
}
