import type { ChildProcess } from "node:child_process";

/** How long an `ssh` whose input has ended may take to end itself. */
const PATIENCE_MS = 2_000;

/** Lets an `ssh` end, so that what it reaches does, and waits until it has. */
export async function endProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const gone = new Promise<void>((done) => program.once("exit", () => done()));
  program.stdin?.end();
  const impatience = setTimeout(() => program.kill("SIGKILL"), PATIENCE_MS);
  await gone;
  clearTimeout(impatience);
  // What it started may live on and hold the other ends.
  program.stdout?.destroy();
  program.stderr?.destroy();
}
