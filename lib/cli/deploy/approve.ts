import { createInterface } from "node:readline/promises";
import { terminalLine } from "../../text";
import type { Approval } from "./deploy";
import { approvalNeeded } from "./errors";

/** Shows a stack's changes and goes on without asking, because the caller said so. */
export const approveAll: Approval = async (_stack, show) => {
  show();
  return await Promise.resolve(true);
};

/**
 * Shows a stack's changes and asks at the terminal.
 *
 * @throws DeployError `approval-needed` where nobody can answer
 */
export const askForApproval: Approval = async (stack, show) => {
  if (!process.stdin.isTTY) throw approvalNeeded();
  show();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (await terminal.question(`Make these changes in ${terminalLine(stack)}? Only "yes" is accepted: `)) ===
      "yes"
    );
  } finally {
    terminal.close();
  }
};
