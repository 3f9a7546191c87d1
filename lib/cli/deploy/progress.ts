import ora from "ora";
import { terminalLine } from "../../text";

/** Runs something that may take longer than a second, and shows that it is under way. */
export type ProgressReporter = <Result>(
  title: string,
  work: () => Promise<Result> | Result,
) => Promise<Result>;

/** A spinner on standard error, so that standard output stays what was asked for. */
export const withSpinner: ProgressReporter = async (title, work) => {
  const spinner = ora({ text: terminalLine(title), stream: process.stderr }).start();
  try {
    const result = await work();
    spinner.succeed();
    return result;
  } catch (error) {
    spinner.fail();
    throw error;
  }
};

/** For `--json`, where nobody watches. */
export const silently: ProgressReporter = async (_title, work) => await work();
