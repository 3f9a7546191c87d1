import { LOCAL_ENVIRONMENT, observeHosts } from "../../lock";
import type { CliIo } from "../io";
import { declaredPlans, lockContext } from "../lock/context";
import type { DeployOptions } from "./deploy";

/**
 * Reads what stays on the hosts of the environment `local`, so that a fresh clone deploys in one command.
 * Elsewhere an observation is a commit that somebody makes with `cdktf-trust lock --observe`.
 */
export async function observeBeforeDeploy({ environment, json }: DeployOptions, io: CliIo): Promise<void> {
  if (environment !== LOCAL_ENVIRONMENT) return;
  const context = lockContext(io, { environment });
  const { session, project, resolveSecret } = context;
  for (const plan of await declaredPlans(context, { json })) {
    const { lock } = await observeHosts({
      plan,
      lock: session.lock,
      open: () => session.open(),
      projectDirectory: project.directory,
      resolveSecret,
    });
    if (lock !== undefined && lock !== session.lock) session.save(lock);
  }
}
