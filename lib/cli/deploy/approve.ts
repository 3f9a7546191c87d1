import { createInterface } from "node:readline/promises";
import { terminalLine } from "../../text";
import type { CliIo } from "../io";
import type { Approval } from "./deploy";
import { approvalNeeded } from "./errors";

/** Shows a stack's changes and goes on without asking, because the caller said so. */
export function approveAll(io: CliIo): Approval {
  return async (_stack, changes) => {
    io.stderr.write(`${changes}\n`);
    return await Promise.resolve(true);
  };
}

/**
 * Shows a stack's changes and asks at the terminal.
 *
 * @throws DeployError `approval-needed` where nobody can answer
 */
export function askForApproval(io: CliIo): Approval {
  return async (stack, changes) => {
    if (!process.stdin.isTTY) throw approvalNeeded();
    io.stderr.write(`${changes}\n`);
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return (
        (await terminal.question(
          `Make these changes in ${terminalLine(stack)}? Only "yes" is accepted: `,
        )) === "yes"
      );
    } finally {
      terminal.close();
    }
  };
}
