import type { DefineCommand } from "../defineCommand";
import { type ExpiryFlags, expiryLines, failsForExpiry, withExpiry } from "../expiry";
import { type CliIo, type ExitCode, printJson, printLines, printText, printWarnings } from "../io";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { type DeployOptions, planStacks, synthesise } from "./deploy";
import { expiringIn, expiringOf } from "./expiring";
import { driftOf } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withMemory, withStacks } from "./options";
import { Terraform } from "./terraform";

/** `cdktf-trust plan`: what a deploy would change. */
export const definePlan: DefineCommand = (command, { io, run }) => {
  withExpiry(withMemory(withStacks(command)))
    .option(
      "--no-artifacts",
      "resolve no secret, write no store and look at no host: enough to plan a pull request",
    )
    .action((names: string[], options: StackOptions) =>
      run(async () => await plan(io, deployOptions(io, names, options), options)),
    );
};

async function plan(io: CliIo, options: DeployOptions, flags: ExpiryFlags): Promise<ExitCode> {
  Terraform.find();
  const synthesised = await synthesise(options);
  const drift = await driftOf(options, io, synthesised.chosen);
  const stacks = await planStacks(synthesised, options);
  const expiring = expiringIn(synthesised.chosen, io.now, flags);
  if (options.json) {
    printJson(
      io,
      stacks.map((changes) => ({
        ...changes,
        ...drift.get(changes.stack),
        expiring: expiringOf(expiring, synthesised.chosen, changes.stack),
      })),
    );
  } else {
    for (const { stack, changes } of stacks) printText(io, `${stack}: ${changes ?? "No changes."}`);
    for (const report of drift.values()) {
      printLines(io, ...driftLines(report, options.environment).map((line) => `drift: ${line}`));
      printLines(io, ...unseenLines(report));
    }
    printWarnings(io, ...expiryLines(expiring));
  }
  const hasDrift = [...drift.values()].some(({ drifted }) => drifted.length > 0);
  const hasChanges = stacks.some(({ changes }) => changes !== undefined);
  return hasChanges || hasDrift || failsForExpiry(flags, expiring) ? 1 : 0;
}
