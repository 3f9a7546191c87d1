import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrustPlan } from "../../model";
import { type ManifestStack, readManifest, readTrustPlan } from "../../project";
import { type DeployOrder, deployOrder } from "./deployOrder";
import { otherEnvironment, otherProject, plainStack, unknownStack } from "./errors";

const PLAN_FILE = "trust-plan.json";

/** One synthesised stack. */
export interface StackOutput {
  readonly name: string;
  /** Terraform's working directory. */
  readonly workingDirectory: string;
  /** Names of the stacks that CDKTF says come before it. */
  readonly dependencies: readonly string[];
  readonly warnings: readonly string[];
  readonly plan: TrustPlan;
}

/** Whose output an output directory must hold. */
export interface OutputOwner {
  /** Name of the project. */
  readonly project: string;
  readonly environment: string;
}

/** What an output directory holds: the trust stacks, in the order in which they are deployed, and others. */
export interface Output extends DeployOrder<StackOutput> {
  /** Names of stacks that are none of ours: CDKTF deploys them. */
  readonly plain: readonly string[];
}

/**
 * The stacks that the app wrote.
 *
 * @throws ProjectError where there is none, or a file is damaged; DeployError `other-environment`, `other-project`
 */
export function readStacks(outputDirectory: string, owner: OutputOwner): Output {
  const listed = readManifest(outputDirectory);
  const nameOf = new Map(listed.map(({ constructPath, name }) => [constructPath, name]));
  const isOurs = ({ workingDirectory }: ManifestStack) =>
    existsSync(join(outputDirectory, workingDirectory, PLAN_FILE));
  const read = listed.filter(isOurs).map((stack): StackOutput => {
    const workingDirectory = join(outputDirectory, stack.workingDirectory);
    const plan = readTrustPlan(join(workingDirectory, PLAN_FILE));
    if (plan.environment !== owner.environment)
      throw otherEnvironment(stack.name, plan.environment, owner.environment);
    if (plan.project !== owner.project) throw otherProject(stack.name, plan.project, owner.project);
    return {
      name: stack.name,
      workingDirectory,
      dependencies: stack.dependencies.map((path) => nameOf.get(path) ?? path),
      warnings: stack.annotations.flatMap(({ level, message }) =>
        level === "@cdktf/warn" && typeof message === "string" ? [message] : [],
      ),
      plan,
    };
  });
  return {
    ...deployOrder(read),
    plain: listed.filter((stack) => !isOurs(stack)).map(({ name }) => name),
  };
}

/**
 * The stacks of those names; all of them where none is named.
 *
 * @throws DeployError `unknown-stack`
 */
export function selectStacks({ stacks, plain }: Output, only: readonly string[]): StackOutput[] {
  const known = stacks.map(({ name }) => name);
  for (const name of only) {
    if (plain.includes(name)) throw plainStack(name);
    if (!known.includes(name)) throw unknownStack(name, known);
  }
  return stacks.filter(({ name }) => only.length === 0 || only.includes(name));
}
