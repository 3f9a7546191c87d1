import type { CliIo } from "../io";
import { line, printStyled, seconds, shown } from "../screen";

/** Runs something that may take longer than a second, and shows that it is under way. */
export type ProgressReporter = <Result>(
  title: string,
  work: () => Promise<Result> | Result,
) => Promise<Result>;

type ProgressIo = Pick<CliIo, "stderr" | "clock">;

/**
 * On standard error, so that standard output stays what was asked for: a line once it is done, with the time that it
 * took. Of what fails, the error says enough.
 */
export function progressOn(io: ProgressIo): ProgressReporter {
  const underWay = passingOn(io);
  return async (title, work) => {
    const started = io.clock();
    const result = await underWay(title, work);
    printStyled(io.stderr, [line(title, shown("faint", ` (${seconds(io.clock() - started)})`))]);
    return result;
  };
}

/** The same for what leaves no line: somebody at a terminal sees it while it lasts. */
export function passingOn({ stderr }: Pick<CliIo, "stderr">): ProgressReporter {
  return async (title, work) => {
    stderr.status?.(`${title} …`);
    try {
      return await work();
    } finally {
      stderr.status?.(undefined);
    }
  };
}

/** For `--json`, where nobody watches. */
export const silently: ProgressReporter = async (_title, work) => await work();
