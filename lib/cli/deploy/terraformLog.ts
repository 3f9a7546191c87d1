import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminalText } from "../../text";

/** What Terraform said in a run, in a file beside the stack's output that its owner alone may read. */
export class TerraformLog {
  readonly path: string;

  /**
   * Forgets what the command said there before.
   *
   * @param workingDirectory of the stack
   */
  constructor(workingDirectory: string, command: "plan" | "deploy" | "destroy") {
    this.path = join(workingDirectory, `${command}.log`);
    rmSync(this.path, { force: true });
    writeFileSync(this.path, "", { mode: 0o600, flag: "wx" });
  }

  /** A line that is heard while Terraform runs, and so before all that it says. */
  hear(line: string): void {
    appendFileSync(this.path, `${terminalText(line)}\n`);
  }

  /** @param words what Terraform was called with */
  add(words: readonly string[], output: string): void {
    appendFileSync(this.path, `$ terraform ${words.join(" ")}\n${terminalText(output.trim())}\n\n`);
  }
}
