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
  const { passing } = underWayOn(io);
  return async (title, work) => {
    const started = io.clock();
    const result = await passing(title, work);
    printStyled(io.stderr, [line(title, shown("faint", ` (${seconds(io.clock() - started)})`))]);
    return result;
  };
}

/** What is seen only while it lasts. */
export interface UnderWay {
  /** As `ProgressReporter`, of what leaves no line; several things may be under way. */
  readonly passing: ProgressReporter;
  /** Leaves the screen to somebody who is asked something. */
  readonly undisturbed: <Result>(question: () => Promise<Result>) => Promise<Result>;
}

/** Somebody at a terminal sees all that is under way in its last line. */
export function underWayOn({ stderr }: Pick<CliIo, "stderr">): UnderWay {
  const titles: string[] = [];
  let isAsking = false;
  const show = () => stderr.status?.(isAsking || titles.length === 0 ? undefined : `${titles.join(", ")} …`);
  return {
    passing: async (title, work) => {
      titles.push(title);
      show();
      try {
        return await work();
      } finally {
        titles.splice(titles.indexOf(title), 1);
        show();
      }
    },
    undisturbed: async (question) => {
      isAsking = true;
      show();
      try {
        return await question();
      } finally {
        isAsking = false;
        show();
      }
    },
  };
}

/** For `--json`, where nobody watches. */
export const silently: ProgressReporter = async (_title, work) => await work();

/** The same of what is seen only while it lasts. */
export const unseen: UnderWay = { passing: silently, undisturbed: async (question) => await question() };
