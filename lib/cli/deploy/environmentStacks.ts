import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { TrustPlan } from "../../model";
import {
  type Project,
  environmentOf,
  outputDirectoryOf,
  readProject,
  readTrustPlan,
  workingDirectoryOf,
} from "../../project";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import type { CliIo } from "../io";
import { runApp } from "./app";
import { type StackOutput, readStacks } from "./manifest";
import type { StackFolder } from "./terraform";

/** A stack that may have a state. */
export interface EnvironmentStack extends StackFolder {
  readonly plan: TrustPlan;
  /** Whether the app still declares it; of one that it does not, only what an earlier synth wrote is left. */
  readonly isDeclared: boolean;
}

/**
 * Synthesises every stack with what the lock pins, and no more: nothing is issued, no secret is asked for, and no host
 * is looked at. Enough to work on states.
 */
export function synthesiseAsPinned(project: Project, environment: string): readonly StackOutput[] {
  const outputDirectory = outputDirectoryOf(project, environment);
  const variables = { [OPTION_VARIABLES.noArtifacts]: "1", [OPTION_VARIABLES.stacks]: "[]" };
  runApp(project, { environment, outputDirectory, variables });
  return readStacks(outputDirectory, { project: project.name, environment }).stacks;
}

/** All stacks of an environment, and those that are declared no more and whose output is still there. */
export function environmentStacks(io: CliIo, environmentName?: string): EnvironmentStack[] {
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], environmentName);
  const declared = synthesiseAsPinned(project, environment);
  const names = new Set(declared.map(({ workingDirectory }) => basename(workingDirectory)));
  const output = outputDirectoryOf(project, environment);
  const left = readdirSync(join(output, "stacks")).filter((name) => !names.has(name));
  return [
    ...declared.map(({ name, workingDirectory, plan }) => ({
      name,
      workingDirectory,
      plan,
      isDeclared: true,
    })),
    ...left.flatMap((name): EnvironmentStack[] => {
      const workingDirectory = workingDirectoryOf(output, name);
      const planFile = join(workingDirectory, "trust-plan.json");
      if (!existsSync(planFile) || !existsSync(join(workingDirectory, "cdk.tf.json"))) return [];
      return [{ name, workingDirectory, plan: readTrustPlan(planFile), isDeclared: false }];
    }),
  ];
}
