import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../io";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { type DeployOptions, planStacks, synthesise } from "./deploy";
import { driftOf } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withMemory, withStacks } from "./options";
import { Terraform } from "./terraform";

/** `cdktf-trust plan`: what a deploy would change. */
export const definePlan: DefineCommand = (command, { io, run }) => {
  withMemory(withStacks(command))
    .option(
      "--no-artifacts",
      "resolve no secret, write no store and look at no host: enough to plan a pull request",
    )
    .action((names: string[], options: StackOptions) =>
      run(async () => await plan(io, deployOptions(io, names, options))),
    );
};

async function plan(io: CliIo, options: DeployOptions): Promise<ExitCode> {
  Terraform.find();
  const synthesised = await synthesise(options);
  const drift = await driftOf(options, io, synthesised.chosen);
  const stacks = await planStacks(synthesised, options);
  if (options.json) {
    printJson(
      io,
      stacks.map((changes) => ({ ...changes, ...drift.get(changes.stack) })),
    );
  } else {
    for (const { stack, changes } of stacks) printText(io, `${stack}: ${changes ?? "No changes."}`);
    for (const report of drift.values()) {
      printLines(io, ...driftLines(report, options.environment).map((line) => `drift: ${line}`));
      printLines(io, ...unseenLines(report));
    }
  }
  const hasDrift = [...drift.values()].some(({ drifted }) => drifted.length > 0);
  return hasDrift || stacks.some(({ changes }) => changes !== undefined) ? 1 : 0;
}
