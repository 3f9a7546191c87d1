import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isMainThread } from "node:worker_threads";
import { type App, TerraformStack } from "cdktf";
import { isTrustStack } from "../constructs/trustStackMark";
import { type EnvironmentVerdicts, LOCAL_ENVIRONMENT, type TrustPlan } from "../model";
import {
  environmentsOf,
  mapFile,
  moveFormerState,
  statePath,
  verdictsFile,
  workingDirectoryOf,
} from "../project";
import { installProvider } from "../provider/install";
import { trustMapPage } from "../report/map";
import { writeArtifacts } from "./artifacts/artifactFolder";
import { RUNBOOK_FILE } from "./artifacts/runbookFile";
import { outputDirectoryOverridden, outputOfAnotherEnvironment } from "./errors";
import { packageFile } from "./packageFile";
import type { SynthEnvironment } from "./plan/environment";
import type { StackOutput } from "./stackOutput";

/**
 * Makes a stack's folder in the output directory, where nobody else may write: Terraform runs what it finds there.
 *
 * @throws SynthError for an output directory that is not this environment's
 */
export function projectOutput(
  app: App,
  environment: SynthEnvironment,
  stack: string,
  variables: NodeJS.ProcessEnv = process.env,
): StackOutput {
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
  return {
    workingDirectory,
    placeState: () => placeState(app.outdir, environment, stack),
    writeVerdicts: (verdicts) => writeVerdicts(app.outdir, verdicts),
    writePlan: (plan) => writePlan(workingDirectory, plan),
    writeRunbooks: (runbooks) =>
      writeFileSync(join(workingDirectory, RUNBOOK_FILE), `${JSON.stringify(runbooks, undefined, 2)}\n`),
    writeArtifacts: (artifacts) => writeArtifacts(workingDirectory, artifacts),
    installProvider: () =>
      installProvider(workingDirectory, { bundle: packageFile("dist/terraform-provider-trust.cjs") }),
  };
}

/** A stack that is a trust stack no more would be taken for one by the plan it left. */
function removePlansOfOthers(app: App): void {
  const others = app.node
    .findAll()
    .filter((construct) => TerraformStack.isStack(construct) && !isTrustStack(construct));
  for (const { node } of others)
    rmSync(join(workingDirectoryOf(app.outdir, node.id), "trust-plan.json"), { force: true });
}

function writePlan(workingDirectory: string, plan: TrustPlan): void {
  writeReadable(join(workingDirectory, "trust-plan.json"), `${JSON.stringify(plan, null, 2)}\n`);
}

/** Beside the stacks, where CDKTF has nothing of its own. */
function writeVerdicts(outputDirectory: string, verdicts: EnvironmentVerdicts): void {
  writeReadable(verdictsFile(outputDirectory), `${JSON.stringify(verdicts)}\n`);
  writeReadable(mapFile(outputDirectory), trustMapPage(verdicts, { now: new Date(verdicts.at) }));
}

function writeReadable(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o644 });
  chmodSync(file, 0o644);
}

/** @throws ProjectError where a state of before cannot be placed */
function placeState(outputDirectory: string, environment: SynthEnvironment, stack: string): void {
  const { name, projectDirectory, adoptState: adopt } = environment;
  if (environment.isChosen(stack)) {
    moveFormerState({
      projectDirectory,
      environment: name,
      stack,
      workingDirectory: workingDirectoryOf(outputDirectory, stack),
      formerDirectories: formerOutputs(outputDirectory, name).map((output) =>
        workingDirectoryOf(output, stack),
      ),
      adopt,
    });
  }
  const state = join(projectDirectory, statePath(name, stack));
  mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
}

/** Where the app wrote before environments had output directories of their own. */
function formerOutputs(outputDirectory: string, environment: string): string[] {
  return basename(outputDirectory) === environment
    ? [dirname(outputDirectory), outputDirectory]
    : [outputDirectory];
}
