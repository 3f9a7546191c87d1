import ora from "ora";

/** Shows that something longer than a second is under way, on standard error, so that output stays clean. */
export async function withProgress<Result>(
  title: string,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  const spinner = ora({ text: title, stream: process.stderr }).start();
  try {
    const result = await work();
    spinner.succeed();
    return result;
  } catch (error) {
    spinner.fail();
    throw error;
  }
}
