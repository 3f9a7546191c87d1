import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TRUST_PLAN_FORMAT_VERSION, type TrustPlan } from "../../model";
import { unknownPlanVersion, unknownStack } from "./errors";

/** One synthesised stack. */
export interface StackOutput {
  readonly name: string;
  /** Terraform's working directory. */
  readonly workingDirectory: string;
  readonly warnings: readonly string[];
  readonly plan: TrustPlan;
}

interface ManifestStack {
  readonly name: string;
  readonly constructPath: string;
  readonly workingDirectory: string;
  readonly dependencies: readonly string[];
  readonly annotations: readonly { readonly level: string; readonly message: string }[];
}

/**
 * The stacks that the app wrote, those that others depend on first.
 *
 * @param only names to keep; empty for all
 * @throws DeployError `unknown-stack`
 */
export function readStacks(outputDirectory: string, only: readonly string[] = []): StackOutput[] {
  const manifest = JSON.parse(readFileSync(join(outputDirectory, "manifest.json"), "utf8")) as {
    readonly stacks: Readonly<Record<string, ManifestStack>>;
  };
  const stacks = inOrder(Object.values(manifest.stacks));
  const outputs = stacks.map((stack) => {
    const workingDirectory = join(outputDirectory, stack.workingDirectory);
    return {
      name: stack.name,
      workingDirectory,
      warnings: stack.annotations
        .filter(({ level }) => level === "@cdktf/warn")
        .map(({ message }) => message),
      plan: readPlan(join(workingDirectory, "trust-plan.json")),
    };
  });
  return selectStacks(outputs, only);
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

function readPlan(file: string): TrustPlan {
  const plan = JSON.parse(readFileSync(file, "utf8")) as TrustPlan;
  if (plan.formatVersion !== TRUST_PLAN_FORMAT_VERSION) throw unknownPlanVersion(file, plan.formatVersion);
  return plan;
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
