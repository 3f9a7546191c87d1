import { diagnose, type Diagnosis } from "./diagnose";

/** A known text of a log: the first line that has it, and how often it is there. */
export interface LogDiagnosis extends Diagnosis {
  readonly line: string;
  /** From 1. */
  readonly lineNumber: number;
  /** Lines of the log that mean the same. */
  readonly times: number;
}

/** What the lines of a log mean, each cause once, in the order in which they turn up; unknown lines are passed over. */
export async function diagnoseLog(lines: AsyncIterable<string>): Promise<LogDiagnosis[]> {
  const found = new Map<string, LogDiagnosis>();
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber += 1;
    const diagnosis = diagnose(line);
    if (diagnosis === undefined) continue;
    const first = found.get(diagnosis.rule) ?? { ...diagnosis, line, lineNumber, times: 0 };
    found.set(diagnosis.rule, { ...first, times: first.times + 1 });
  }
  return [...found.values()];
}
