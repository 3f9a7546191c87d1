import type { Command } from "commander";
import type { CliIo } from "../io";
import { environmentOf, outputDirectoryOf, readProject } from "../../project";
import { parseOwner } from "../../provider/claims/owner";
import { UsageError } from "../errors";
import type { ExpiryFlags } from "../expiry";
import type { DeployOptions } from "./synthesise";
import { progressOn, silently, underWayOn, unseen } from "./progress";

/** A stack mostly waits for machines and its backend, and takes some two hundred megabytes. */
const USUAL_PARALLEL = 4;
const MOST_PARALLEL = 64;

/** Options as commander reads them; what a command lacks stays undefined. */
export interface StackOptions extends ExpiryFlags {
  readonly environment?: string;
  readonly artifacts?: boolean;
  readonly adoptState?: boolean;
  readonly takeOver?: readonly string[];
  readonly acceptOlderGenerations?: boolean;
  readonly autoApprove?: boolean;
  readonly parallel?: number;
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

/** What the commands take that work on stacks side by side. */
export function withParallel(command: Command): Command {
  return command.option(
    "--parallel <stacks>",
    `how many stacks are worked on at a time (default: ${USUAL_PARALLEL})`,
    parseParallel,
  );
}

/** What the commands take that compare stacks with hosts, which remember whose and of which generation things are. */
export function withMemory(command: Command): Command {
  return command
    .option(
      "--take-over <owner>",
      "make what belongs to this owner (project/environment/stack) the stacks' own where they declare it, for " +
        "example after a lost state; may be repeated",
      (owner: string, before: readonly string[]) => [...before, owner],
      [],
    )
    .option(
      "--accept-older-generations",
      "deploy generations below those that the hosts remember, after a lock was lost and made anew",
      false,
    );
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
    takeOver: (options.takeOver ?? []).map(requireOwner),
    acceptOlderGenerations: options.acceptOlderGenerations ?? false,
    json: options.json ?? false,
    progress: options.json === true ? silently : progressOn(io),
    ...(options.json === true ? unseen : underWayOn(io)),
    parallel: options.parallel ?? USUAL_PARALLEL,
    clock: io.clock,
  };
}

function parseParallel(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST_PARALLEL) return count;
  throw new UsageError(`--parallel ${text}: give a whole number from 1 to ${MOST_PARALLEL}`);
}

function requireOwner(owner: string): string {
  if (parseOwner(owner) !== undefined) return owner;
  throw new UsageError(
    `--take-over ${owner}: give project/environment/stack, as the message that refused it names the owner`,
  );
}
