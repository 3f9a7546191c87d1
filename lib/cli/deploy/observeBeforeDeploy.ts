import { createSecretResolver } from "../../hosts";
import { LOCAL_ENVIRONMENT, LockSession, observeHosts } from "../../lock";
import { OPTION_VARIABLES } from "../../synth/environment";
import type { CliIo } from "../io";
import { runApp } from "./app";
import type { DeployOptions } from "./deploy";
import { readStacks } from "./manifest";

/**
 * Reads what stays on the hosts of the environment `local`, so that a fresh clone deploys in one command.
 * Elsewhere an observation is a commit that somebody makes with `cdktf-trust lock --observe`.
 */
export async function observeBeforeDeploy(options: DeployOptions, io: CliIo): Promise<void> {
  if (options.environment !== LOCAL_ENVIRONMENT) return;
  const { project, environment } = options;
  await options.progress("observe: read the certificates that stay on their hosts", async () => {
    runApp(project, { environment, variables: { [OPTION_VARIABLES.planOnly]: "1" } });
    const resolveSecret = createSecretResolver({ workingDirectory: project.directory });
    const session = new LockSession({
      projectDirectory: project.directory,
      environment,
      resolveSecret,
      randomBytes: io.randomBytes,
    });
    for (const { plan } of readStacks(project.outputDirectory, options.stacks)) {
      const { lock } = await observeHosts({
        plan,
        lock: session.lock,
        open: () => session.open(),
        projectDirectory: project.directory,
        resolveSecret,
      });
      if (lock !== undefined && lock !== session.lock) session.save(lock);
    }
  });
}
