import { createSecretResolver, openHost } from "../../hosts";
import type { HopVerdict, TrustPlan } from "../../model";
import { verifyPlan } from "../../verify";
import type { Project } from "./app";
import type { StackOutput } from "./manifest";

/** One stack's hops with what was found for each. */
export interface ProvenStack {
  readonly plan: TrustPlan;
  readonly verdicts: readonly HopVerdict[];
}

/** Opens the deployed stores on the hosts and proves each hop on them. */
export async function proveStacks(
  stacks: readonly StackOutput[],
  project: Project,
  now: Date,
): Promise<ProvenStack[]> {
  const resolveSecret = createSecretResolver({ workingDirectory: project.directory });
  const proven: ProvenStack[] = [];
  for (const { plan } of stacks) {
    proven.push({
      plan,
      verdicts: await verifyPlan(plan, { projectDirectory: project.directory, openHost, resolveSecret, now }),
    });
  }
  return proven;
}
