import { join } from "node:path";
import type { TrustPlan } from "../../model";
import { type ManifestStack, readManifest, readTrustPlan } from "../../project";
import { otherEnvironment, otherProject, unknownStack } from "./errors";

/** One synthesised stack. */
export interface StackOutput {
  readonly name: string;
  /** Terraform's working directory. */
  readonly workingDirectory: string;
  readonly warnings: readonly string[];
  readonly plan: TrustPlan;
}

/** Whose output an output directory must hold. */
export interface OutputOwner {
  /** Name of the project. */
  readonly project: string;
  readonly environment: string;
}

/**
 * The stacks that the app wrote, those that others depend on first.
 *
 * @throws ProjectError where there is none, or a file is damaged; DeployError `other-environment`, `other-project`
 */
export function readStacks(outputDirectory: string, owner: OutputOwner): StackOutput[] {
  return inOrder(readManifest(outputDirectory)).map((stack) => {
    const workingDirectory = join(outputDirectory, stack.workingDirectory);
    const plan = readTrustPlan(join(workingDirectory, "trust-plan.json"));
    if (plan.environment !== owner.environment)
      throw otherEnvironment(stack.name, plan.environment, owner.environment);
    if (plan.project !== owner.project) throw otherProject(stack.name, plan.project, owner.project);
    return {
      name: stack.name,
      workingDirectory,
      warnings: stack.annotations.flatMap(({ level, message }) =>
        level === "@cdktf/warn" && typeof message === "string" ? [message] : [],
      ),
      plan,
    };
  });
}

/**
 * The stacks of those names; all of them where none is named.
 *
 * @throws DeployError `unknown-stack`
 */
export function selectStacks(stacks: readonly StackOutput[], only: readonly string[]): StackOutput[] {
  const known = stacks.map(({ name }) => name);
  for (const name of only) if (!known.includes(name)) throw unknownStack(name, known);
  return stacks.filter(({ name }) => only.length === 0 || only.includes(name));
}

function inOrder(stacks: readonly ManifestStack[]): ManifestStack[] {
  const byPath = new Map(stacks.map((stack) => [stack.constructPath, stack]));
  const ordered = new Set<ManifestStack>();
  const visit = (stack: ManifestStack): void => {
    if (ordered.has(stack)) return;
    for (const path of stack.dependencies) {
      const dependency = byPath.get(path);
      if (dependency !== undefined) visit(dependency);
    }
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}
