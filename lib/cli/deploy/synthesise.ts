import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACTS_DIRECTORY } from "../../synth/artifacts/artifactPath";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import type { Project } from "../../project";
import { runApp } from "./app";
import { type Output, type StackOutput, readStacks, selectStacks } from "./manifest";
import type { ProgressReporter, UnderWay } from "./progress";

/** What the commands that drive Terraform have in common. */
export interface DeployOptions extends UnderWay {
  readonly project: Project;
  readonly environment: string;
  /** Where the environment's stacks are synthesised. */
  readonly outputDirectory: string;
  /** Names of stacks; empty for all. */
  readonly stacks: readonly string[];
  /** Whether artifacts are made, which takes the secrets and the lock's key. */
  readonly artifacts: boolean;
  /** Whether a state that names no environment is this one's. */
  readonly adoptState: boolean;
  /** Owners, `project/environment/stack`, whose things become the stacks' own. */
  readonly takeOver: readonly string[];
  /** Whether generations below those that hosts remember are deployed. */
  readonly acceptOlderGenerations: boolean;
  readonly json: boolean;
  /** Of what leaves a line. */
  readonly progress: ProgressReporter;
  /** How many stacks are worked on at a time. */
  readonly parallel: number;
  readonly clock: () => number;
}

/** What the app wrote, and which of its stacks the command is about. */
export interface Synthesised {
  readonly output: Output;
  readonly chosen: readonly StackOutput[];
}

/** Runs the app and reads what it wrote. */
export async function synthesise(options: DeployOptions): Promise<Synthesised> {
  const { project, environment, outputDirectory } = options;
  return await options.progress("synth: check, rehearse and write the stacks", () => {
    runApp(project, { environment, outputDirectory, variables: optionVariables(options) });
    const output = readStacks(outputDirectory, { project: project.name, environment });
    removeForgottenArtifacts(outputDirectory, output.stacks);
    return { output, chosen: selectStacks(output, options.stacks) };
  });
}

/** The options that are the app's to follow. */
function optionVariables(options: DeployOptions): Readonly<Record<string, string>> {
  const { artifacts, adoptState, stacks, takeOver, acceptOlderGenerations } = options;
  return {
    ...(artifacts ? {} : { [OPTION_VARIABLES.noArtifacts]: "1" }),
    ...(adoptState ? { [OPTION_VARIABLES.adoptState]: "1" } : {}),
    ...(stacks.length > 0 ? { [OPTION_VARIABLES.stacks]: JSON.stringify(stacks) } : {}),
    ...(takeOver.length > 0 ? { [OPTION_VARIABLES.takeOver]: JSON.stringify(takeOver) } : {}),
    ...(acceptOlderGenerations ? { [OPTION_VARIABLES.acceptOlderGenerations]: "1" } : {}),
  };
}

/** A stack that is declared no more leaves its Terraform JSON, for a destroy, but none of its stores. */
function removeForgottenArtifacts(outputDirectory: string, stacks: readonly StackOutput[]): void {
  const declared = new Set(stacks.map(({ workingDirectory }) => workingDirectory));
  for (const folder of readdirSync(join(outputDirectory, "stacks"))) {
    const directory = join(outputDirectory, "stacks", folder);
    if (!declared.has(directory))
      rmSync(join(directory, ARTIFACTS_DIRECTORY), { recursive: true, force: true });
  }
}
