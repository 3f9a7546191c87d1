import { closeConnections } from "../../../hosts";
import { concurrently } from "../../../hop";
import type { HostPlan } from "../../../model";
import { environmentOf, readProject } from "../../../project";
import { UsageError } from "../../errors";
import { type CliIo, type ExitCode, printJson } from "../../io";
import { declaredPlans } from "../../lock/context";
import type { HostFlags } from "../claims";
import { declaredFiles } from "../declaredFiles";
import { checkHost } from "./checkHost";
import { isFailed } from "./hostCheck";
import { portsToReach } from "./portsToReach";
import { printChecks } from "./printChecks";
import { programsStarted } from "./programsStarted";

/** So that one that hangs keeps few others waiting; how many log in at once is bounded below that. */
const HOSTS_AT_ONCE = 32;

/**
 * Looks at the hosts of an environment, without a secret beside those of connections and without changing anything.
 *
 * @param hostIds of hosts; all where there are none
 * @returns 0; 1 where something would keep a deploy from its work
 */
export async function runCheck(io: CliIo, hostIds: readonly string[], flags: HostFlags): Promise<ExitCode> {
  const startedMs = io.clock();
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], flags.environment);
  const plans = await declaredPlans(io, { project, environment }, flags);
  const hosts = meantHosts(
    plans.flatMap((plan) => plan.hosts),
    hostIds,
  );
  try {
    const checks = await concurrently(hosts, HOSTS_AT_ONCE, (host) =>
      checkHost(host, {
        projectDirectory: project.directory,
        paths: declaredFiles(plans, [host]).map(({ path }) => path),
        programs: programsStarted(plans, host.id),
        ports: portsToReach(plans, host.id),
        nowMs: () => io.now.getTime() + io.clock() - startedMs,
      }),
    );
    if (flags.json) printJson(io, checks);
    else printChecks(io, checks);
    return checks.some(isFailed) ? 1 : 0;
  } finally {
    await closeConnections();
  }
}

/** Each once; those of somebody else are not ours to look at. */
function meantHosts(declared: readonly HostPlan[], hostIds: readonly string[]): readonly HostPlan[] {
  const ours = declared.filter(({ kind }) => kind !== "outside");
  const byId = new Map(ours.map((host) => [host.id, host]));
  const missing = hostIds.filter((id) => !byId.has(id));
  if (missing.length > 0) {
    const known = [...byId.keys()].join(", ") || "none";
    throw new UsageError(
      `there is no host ${missing.map((id) => `"${id}"`).join(", ")} in this environment; there are: ${known}`,
    );
  }
  return [...byId.values()].filter(({ id }) => hostIds.length === 0 || hostIds.includes(id));
}
