import type { PlacedCertificate } from "../../check";
import { createSecretResolver, openHost } from "../../hosts";
import { type HopPlan, type HopVerdict, type TrustPlan, joinPlans, planIndex } from "../../model";
import { type LiveOptions, type VerdictReport, reportVerdicts, verifyPlan } from "../../verify";
import { type Acknowledgement, type Project, environmentOf } from "../../project";
import { noStacks } from "./errors";
import type { StackOutput } from "./manifest";

/** The hops of an environment with what was found for each. */
export interface ProvenHops {
  /** What the stacks declare together; its hops are those that were proven. */
  readonly plan: TrustPlan;
  readonly verdicts: readonly HopVerdict[];
  /** By hop, why its running server was not called. @default - none was to be */
  readonly filesOnly?: ReadonlyMap<string, string>;
  /** Hops to a server of a stack that the command is not about, so that its secrets are not asked for. */
  readonly elsewhere: readonly HopPlan[];
  /** Stacks that were to be deployed and were not. @default - none */
  readonly notDeployed?: ReadonlySet<string>;
  /** By place, the steps that somebody has done. @default - none */
  readonly acknowledged?: Readonly<Record<string, Acknowledgement>>;
}

/** With what the hosts were seen to hold. */
export interface ProvenEnvironment extends ProvenHops {
  readonly certificates: readonly PlacedCertificate[];
}

export interface ProveOptions {
  readonly project: Project;
  readonly now: Date;
  /** Addresses of what was copied back from hosts that nobody may log in to. @default - none */
  readonly manualHosts?: ReadonlyMap<string, string>;
  /** Whether people have had no time yet to do what follows a deploy. @default false */
  readonly isJustDelivered?: boolean;
  /** Calls the servers that run as well. @default - what the hosts hold alone */
  readonly live?: LiveOptions;
}

/** Opens the deployed stores on the hosts and proves each hop on them, also from one stack to another. */
export async function proveStacks(
  stacks: readonly StackOutput[],
  options: ProveOptions,
): Promise<ProvenEnvironment> {
  const { project, now, manualHosts = new Map(), isJustDelivered = false, live } = options;
  const [first, ...others] = stacks.map(({ plan }) => plan);
  if (first === undefined) throw noStacks();
  const joined = joinPlans([first, ...others]);
  const endpoints = new Set(joined.endpoints.map(({ id }) => id));
  const plan = { ...joined, hops: joined.hops.filter(({ endpointId }) => endpoints.has(endpointId)) };
  const { verdicts, filesOnly, certificates } = await verifyPlan(plan, {
    projectDirectory: project.directory,
    openHost,
    resolveSecret: createSecretResolver({ workingDirectory: project.directory }),
    now,
    manualHosts,
    isJustDelivered,
    ...(live === undefined ? {} : { live }),
  });
  const { acknowledged = {} } = environmentOf((member) => project.context[member], first.environment);
  const elsewhere = joined.hops.filter(({ endpointId }) => !endpoints.has(endpointId));
  const notCalled = filesOnly === undefined ? {} : { filesOnly };
  return { plan, verdicts, ...notCalled, certificates, elsewhere, acknowledged };
}

/** What was found on the hosts, for tools. */
export function reportProven({ plan, verdicts, filesOnly }: ProvenHops, at: Date): VerdictReport[] {
  const basis =
    filesOnly === undefined ? { source: "deployed" as const } : { source: "live" as const, filesOnly };
  return reportVerdicts(plan, verdicts, { ...basis, at });
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
