import { fileReader, updateLock } from "../../lock";
import { LOCAL_ENVIRONMENT } from "../../model";
import type { CliIo } from "../io";
import { declaredPlans, lockContext } from "../lock/context";
import type { DeployOptions } from "./deploy";

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
