import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACTS_DIRECTORY } from "../../synth/artifacts/artifactPath";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import type { Project } from "../../project";
import { runApp } from "./app";
import { type StackOutput, readStacks, selectStacks } from "./manifest";
import { changesOf, warningsOf } from "./planSummary";
import type { ProgressReporter } from "./progress";
import { Terraform } from "./terraform";

/** What the commands that drive Terraform have in common. */
export interface DeployOptions {
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
  readonly json: boolean;
  readonly progress: ProgressReporter;
}

/** What a plan found for one stack. */
export interface StackChanges {
  readonly stack: string;
  /** Terraform's account; undefined where the hosts are as declared. */
  readonly changes: string | undefined;
}

/** What became of one stack's changes. */
export interface AppliedStack extends StackChanges {
  /** False where there was nothing to do, and where nobody approved it. */
  readonly applied: boolean;
  /** What the provider could not do as it was asked, for example an entry that is somebody else's by now. */
  readonly warnings: readonly string[];
}

/** Asks a person whether the changes shown are to be made. */
export type Approval = (stack: string, changes: string) => Promise<boolean>;

const PLAN_FILE = "trust.tfplan";

/** Runs the app and reads what it wrote. */
export async function synthesise(options: DeployOptions): Promise<StackOutput[]> {
  const { project, environment, outputDirectory } = options;
  const variables: Record<string, string> = {
    ...(options.artifacts ? {} : { [OPTION_VARIABLES.noArtifacts]: "1" }),
    ...(options.adoptState ? { [OPTION_VARIABLES.adoptState]: "1" } : {}),
  };
  return await options.progress("synth: check, rehearse and write the stacks", () => {
    runApp(project, { environment, outputDirectory, variables });
    const stacks = readStacks(outputDirectory, { project: project.name, environment });
    removeForgottenArtifacts(outputDirectory, stacks);
    return selectStacks(stacks, options.stacks);
  });
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

/**
 * Shows what a deploy would change, without changing anything. Where no artifacts are made, neither secrets
 * nor hosts are taken to be at hand: the declaration is compared with the state.
 */
export async function planStacks(options: DeployOptions): Promise<StackChanges[]> {
  const terraform = Terraform.find();
  const changes: StackChanges[] = [];
  for (const stack of await synthesise(options)) {
    await options.progress(`${stack.name}: init`, () => terraform.init(stack));
    const output = await options.progress(`${stack.name}: plan`, () =>
      terraform.plan(stack, PLAN_FILE, options.artifacts ? "deploy" : "state-only"),
    );
    rmSync(join(stack.workingDirectory, PLAN_FILE), { force: true });
    changes.push({ stack: stack.name, changes: output === undefined ? undefined : changesOf(output) });
  }
  return changes;
}

/** Applies the stacks in the order of their dependencies; each one's changes are shown and approved first. */
export async function applyStacks(
  stacks: readonly StackOutput[],
  options: Pick<DeployOptions, "progress"> & { readonly approve: Approval; readonly destroy: boolean },
): Promise<AppliedStack[]> {
  const terraform = Terraform.find();
  const outcomes: AppliedStack[] = [];
  for (const stack of options.destroy ? stacks.toReversed() : stacks) {
    await options.progress(`${stack.name}: init`, () => terraform.init(stack));
    const output = await options.progress(`${stack.name}: plan`, () =>
      terraform.plan(stack, PLAN_FILE, options.destroy ? "destroy" : "deploy"),
    );
    const changes = output === undefined ? undefined : changesOf(output);
    try {
      const applied = changes !== undefined && (await options.approve(stack.name, changes));
      const log = applied
        ? await options.progress(`${stack.name}: ${options.destroy ? "destroy" : "apply"}`, () =>
            terraform.apply(stack, PLAN_FILE),
          )
        : "";
      outcomes.push({ stack: stack.name, changes, applied, warnings: warningsOf(log) });
    } finally {
      rmSync(join(stack.workingDirectory, PLAN_FILE), { force: true });
    }
  }
  return outcomes;
}

/** What became of each stack's changes, and what was warned of on the way. */
export function outcomeLines(
  outcomes: readonly AppliedStack[],
  words: { readonly applied: string; readonly nothing: string },
): string[] {
  return outcomes.flatMap(({ stack, changes, applied, warnings }) => {
    const outcome = applied ? words.applied : "not changed, because the changes were not approved";
    return [
      `${stack}: ${changes === undefined ? words.nothing : outcome}`,
      ...warnings.map((warning) => `warning: ${stack}: ${warning}`),
    ];
  });
}
