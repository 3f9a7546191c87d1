import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isMainThread } from "node:worker_threads";
import { type App, TerraformStack } from "cdktf";
import { isTrustStack } from "../constructs/trustStackMark";
import { LOCAL_ENVIRONMENT } from "../model";
import { environmentsOf, workingDirectoryOf } from "../project";
import { outputDirectoryOverridden, outputOfAnotherEnvironment } from "./errors";
import type { SynthEnvironment } from "./plan/environment";

/**
 * Makes a stack's folder in the output directory, where nobody else may write: Terraform runs what it finds there.
 *
 * @returns Terraform's working directory
 * @throws SynthError for an output directory that is not this environment's
 */
export function outputOf(
  app: App,
  environment: SynthEnvironment,
  stack: string,
  variables: NodeJS.ProcessEnv = process.env,
): string {
  const wanted = variables["CDKTF_OUTDIR"];
  if (wanted !== undefined && resolve(wanted) !== resolve(app.outdir))
    throw outputDirectoryOverridden(app.outdir, wanted);
  const name = basename(resolve(app.outdir));
  const others = [LOCAL_ENVIRONMENT, ...Object.keys(environmentsOf((key) => app.node.tryGetContext(key)))];
  if (name !== environment.name && others.includes(name))
    throw outputOfAnotherEnvironment(app.outdir, environment.name);

  // CDKTF writes its own files into it with whatever umask there is; a worker has none of its own.
  if (isMainThread) process.umask(process.umask() | 0o022);
  removePlansOfOthers(app);
  for (const directory of [app.outdir, join(app.outdir, "stacks")])
    chmodSync(directory, statSync(directory).mode & 0o755);
  const workingDirectory = workingDirectoryOf(app.outdir, stack);
  mkdirSync(workingDirectory, { recursive: true, mode: 0o700 });
  chmodSync(workingDirectory, 0o700);
  return workingDirectory;
}

/** A stack that is a trust stack no more would be taken for one by the plan it left. */
function removePlansOfOthers(app: App): void {
  const others = app.node
    .findAll()
    .filter((construct) => TerraformStack.isStack(construct) && !isTrustStack(construct));
  for (const { node } of others)
    rmSync(join(workingDirectoryOf(app.outdir, node.id), "trust-plan.json"), { force: true });
}
