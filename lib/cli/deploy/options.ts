import type { Command } from "commander";
import type { CliIo } from "../io";
import { type Project, environmentOf, readProject } from "./app";
import type { DeployOptions } from "./deploy";
import { silently, withSpinner } from "./progress";

/** Options as commander reads them; what a command lacks stays undefined. */
export interface StackOptions {
  readonly environment?: string;
  readonly artifacts?: boolean;
  readonly autoApprove?: boolean;
  readonly json?: boolean;
}

/** What every command on stacks takes. */
export function withStacks(command: Command): Command {
  return command
    .argument("[stacks...]", "names of stacks (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--json", "print JSON for tools", false);
}

export function deployOptions(io: CliIo, stacks: readonly string[], options: StackOptions): DeployOptions {
  const project: Project = readProject(io.workingDirectory);
  return {
    project,
    environment: environmentOf(project, options.environment),
    stacks,
    artifacts: options.artifacts ?? true,
    json: options.json ?? false,
    progress: options.json === true ? silently : withSpinner,
  };
}
