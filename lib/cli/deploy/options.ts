import type { Command } from "commander";
import type { CliIo } from "../io";
import { environmentOf, outputDirectoryOf, readProject } from "../../project";
import type { DeployOptions } from "./deploy";
import { silently, withSpinner } from "./progress";

/** Options as commander reads them; what a command lacks stays undefined. */
export interface StackOptions {
  readonly environment?: string;
  readonly artifacts?: boolean;
  readonly adoptState?: boolean;
  readonly autoApprove?: boolean;
  readonly json?: boolean;
}

/** What every command on stacks takes. */
export function withStacks(command: Command): Command {
  return command
    .argument("[stacks...]", "names of stacks (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option(
      "--adopt-state",
      "take a state that was written before environments had states of their own for this environment's",
      false,
    )
    .option("--json", "print JSON for tools", false);
}

export function deployOptions(io: CliIo, stacks: readonly string[], options: StackOptions): DeployOptions {
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], options.environment);
  return {
    project,
    environment,
    outputDirectory: outputDirectoryOf(project, environment),
    stacks,
    artifacts: options.artifacts ?? true,
    adoptState: options.adoptState ?? false,
    json: options.json ?? false,
    progress: options.json === true ? silently : withSpinner,
  };
}
