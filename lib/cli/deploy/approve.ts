import { createInterface } from "node:readline/promises";
import { terminalLine } from "../../text";
import type { Approval } from "./deploy";
import { approvalNeeded, interrupted } from "./errors";

/** Shows a stack's changes and goes on without asking, because the caller said so. */
export const approveAll: Approval = async (_stack, show) => {
  show();
  return await Promise.resolve(true);
};

/**
 * Shows a stack's changes and asks at the terminal.
 *
 * @throws DeployError `approval-needed` where nobody can answer, `interrupted` where somebody presses Ctrl-C instead
 */
export const askForApproval: Approval = async (stack, show, alone = async (question) => await question()) => {
  if (!process.stdin.isTTY) throw approvalNeeded();
  return await alone(async () => {
    show();
    return (
      (await answerTo(`Make these changes in ${terminalLine(stack)}? Only "yes" is accepted: `)) === "yes"
    );
  });
};

async function answerTo(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      // The terminal's own signal does not come while a line is read.
      terminal.once("SIGINT", () => reject(interrupted()));
      terminal.question(question).then(resolve, reject);
    });
  } finally {
    terminal.close();
  }
}
