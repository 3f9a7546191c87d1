import { createSecretResolver, openHost } from "../../hosts";
import { type HopVerdict, type TrustPlan, planIndex } from "../../model";
import { verifyPlan } from "../../verify";
import type { Project } from "../../project";
import type { StackOutput } from "./manifest";

/** One stack's hops with what was found for each. */
export interface ProvenStack {
  readonly plan: TrustPlan;
  readonly verdicts: readonly HopVerdict[];
}

export interface ProveOptions {
  readonly project: Project;
  readonly now: Date;
  /** Addresses of what was copied back from hosts that nobody may log in to. @default - none */
  readonly manualHosts?: ReadonlyMap<string, string>;
}

/** Opens the deployed stores on the hosts and proves each hop on them. */
export async function proveStacks(
  stacks: readonly StackOutput[],
  options: ProveOptions,
): Promise<ProvenStack[]> {
  const { project, now, manualHosts = new Map() } = options;
  const resolveSecret = createSecretResolver({ workingDirectory: project.directory });
  const proven: ProvenStack[] = [];
  for (const { plan } of stacks) {
    const verdicts = await verifyPlan(plan, {
      projectDirectory: project.directory,
      openHost,
      resolveSecret,
      now,
      manualHosts,
    });
    proven.push({ plan, verdicts });
  }
  return proven;
}

/** Hops that nobody can prove from here, because a side of them is on a host that nobody may log in to. */
export function hopsOnManualHosts(plan: TrustPlan): ReadonlySet<string> {
  const { host, endpoint } = planIndex(plan);
  const isManual = (hostId: string | undefined) => hostId !== undefined && host(hostId)?.kind === "manual";
  return new Set(
    plan.hops
      .filter((hop) => isManual(hop.clientHostId) || isManual(endpoint(hop.endpointId)?.hostId))
      .map(({ id }) => id),
  );
}
