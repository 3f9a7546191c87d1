import { type DriftReport, fileReader, updateLock } from "../../lock";
import { LOCAL_ENVIRONMENT } from "../../model";
import type { CliIo } from "../io";
import { adoptedDrift, adoptsAny } from "../lock/adoptedDrift";
import { declaredPlans, lockContext } from "../lock/context";
import type { DeployOptions } from "./deploy";
import type { StackOutput } from "./manifest";

/**
 * Brings the lock of the environment `local` up to date with the stacks and with what stays on their hosts,
 * so that a fresh clone deploys in one command. Elsewhere that is a commit that somebody makes with
 * `cdktf-trust lock --observe`.
 */
export async function observeBeforeDeploy(
  { environment, stacks, json }: DeployOptions,
  io: CliIo,
): Promise<void> {
  if (environment !== LOCAL_ENVIRONMENT) return;
  const context = lockContext(io, { environment });
  const { session, project, resolveSecret } = context;
  const plans = await declaredPlans(context, { json });
  await updateLock({
    plans: plans.filter(({ stack }) => stacks.length === 0 || stacks.includes(stack)),
    session,
    projectDirectory: project.directory,
    observe: true,
    prune: false,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
  });
}

/**
 * By stack, which certificates that it adopts are others on their hosts than the lock pins, so that what is deployed
 * would not match them. Without the lock's key, and nothing is changed; of a stack that adopts none, and where neither
 * secrets nor hosts are taken to be at hand, nothing is said.
 */
export async function driftOf(
  { environment, artifacts, progress }: DeployOptions,
  io: CliIo,
  stacks: readonly StackOutput[],
): Promise<ReadonlyMap<string, DriftReport>> {
  const adopting = artifacts ? stacks.filter(({ plan }) => adoptsAny(plan)) : [];
  const reports = new Map<string, DriftReport>();
  if (adopting.length === 0) return reports;
  const context = lockContext(io, { environment });
  await progress("compare adopted certificates with their hosts", async () => {
    for (const { name, plan } of adopting) reports.set(name, await adoptedDrift(context, [plan]));
  });
  return reports;
}
