import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ARTIFACTS_DIRECTORY } from "../../synth/artifacts/artifactPath";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import type { Project } from "../../project";
import { runApp } from "./app";
import { type Output, type StackOutput, readStacks, selectStacks } from "./manifest";
import { anchorAddresses } from "./anchorAddresses";
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
  /** Owners, `project/environment/stack`, whose things become the stacks' own. */
  readonly takeOver: readonly string[];
  /** Whether generations below those that hosts remember are deployed. */
  readonly acceptOlderGenerations: boolean;
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

/**
 * Shows what a deploy would change, without changing anything. Where no artifacts are made, neither secrets
 * nor hosts are taken to be at hand: the declaration is compared with the state.
 */
export async function planStacks(
  { chosen }: Synthesised,
  options: Pick<DeployOptions, "artifacts" | "progress">,
): Promise<StackChanges[]> {
  const terraform = Terraform.find();
  const changes: StackChanges[] = [];
  for (const stack of chosen) {
    await options.progress(`${stack.name}: init`, () => terraform.init(stack));
    const output = await options.progress(`${stack.name}: plan`, () =>
      terraform.withProvider(stack, options.artifacts ? "preview" : "state-only", (run) =>
        run.plan(PLAN_FILE),
      ),
    );
    rmSync(join(stack.workingDirectory, PLAN_FILE), { force: true });
    changes.push({ stack: stack.name, changes: output === undefined ? undefined : changesOf(output) });
  }
  return changes;
}

/** How stacks are applied. */
export type ApplyOptions = Pick<DeployOptions, "progress"> & {
  readonly approve: Approval;
  readonly destroy: boolean;
  /** Whether rows become this owner's, which is saved though it is no change. @default false */
  readonly takesOver?: boolean;
};

/**
 * Applies the stacks in their order; each one's changes are shown and approved first. Those that call each other in
 * a circle put their anchors in place before any of them changes a key.
 */
export async function applyStacks(
  { output, chosen }: Synthesised,
  options: ApplyOptions,
): Promise<AppliedStack[]> {
  const terraform = Terraform.find();
  const outcomes: AppliedStack[] = [];
  const first = options.destroy ? [] : output.trustFirst.filter((stack) => chosen.includes(stack));
  for (const stack of first) {
    const targets = anchorAddresses(stack);
    if (targets.length === 0) continue;
    const { applied, warnings } = await applyStack(terraform, stack, options, targets);
    if (applied) outcomes.push({ stack: `${stack.name} (trust first)`, changes: "", applied, warnings });
  }
  for (const stack of options.destroy ? chosen.toReversed() : chosen)
    outcomes.push(await applyStack(terraform, stack, options));
  return outcomes;
}

/** @param targets addresses to which the changes are limited */
async function applyStack(
  terraform: Terraform,
  stack: StackOutput,
  options: ApplyOptions,
  targets: readonly string[] = [],
): Promise<AppliedStack> {
  const { name } = stack;
  const what = targets.length === 0 ? "" : " trust first";
  await options.progress(`${name}: init`, () => terraform.init(stack));
  try {
    return await terraform.withProvider(stack, options.destroy ? "destroy" : "deploy", async (run) => {
      const output = await options.progress(`${name}: plan${what}`, () => run.plan(PLAN_FILE, targets));
      const changes = output === undefined ? undefined : changesOf(output);
      const applied = changes !== undefined && (await options.approve(name, changes));
      const isSaved = changes === undefined && options.takesOver === true;
      const log =
        applied || isSaved
          ? await options.progress(`${name}: ${options.destroy ? "destroy" : "apply"}${what}`, () =>
              run.apply(PLAN_FILE),
            )
          : "";
      return { stack: name, changes, applied, warnings: warningsOf(log) };
    });
  } finally {
    rmSync(join(stack.workingDirectory, PLAN_FILE), { force: true });
  }
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
