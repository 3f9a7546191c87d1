import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines, printText, printWarnings } from "../io";
import { approveAll, askForApproval } from "./approve";
import type { Project } from "../../project";
import { type DeployOptions, applyStacks, outcomeLines, synthesise } from "./deploy";
import { hopTable, unprovenLines } from "./hopTable";
import type { StackOutput } from "./manifest";
import { observeBeforeDeploy } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { type ProvenStack, hopsOnManualHosts, proveStacks } from "./prove";
import { Terraform } from "./terraform";
import { warningsOfSynth } from "./warnings";

/** `cdktf-trust deploy`: synthesise, apply, and prove every hop on what the hosts then hold. */
export const defineDeploy: DefineCommand = (command, { io, run }) => {
  withStacks(command)
    .option("--auto-approve", "make the changes without asking", false)
    .action((names: string[], options: StackOptions) =>
      run(async () => await deploy(io, deployOptions(io, names, options), options)),
    );
};

async function deploy(io: CliIo, options: DeployOptions, flags: StackOptions): Promise<ExitCode> {
  Terraform.find();
  await observeBeforeDeploy(options, io);
  const stacks = await synthesise(options);
  printWarnings(io, ...warningsOfSynth(stacks));
  const approve = flags.autoApprove === true ? approveAll(io) : askForApproval(io);
  const applied = await applyStacks(stacks, { progress: options.progress, approve, destroy: false });
  const proven = await options.progress("verify: a handshake for every hop", () =>
    proveDelivered(stacks, options.project, io.now),
  );
  if (flags.json === true) {
    printJson(io, { changes: applied, hops: proven.flatMap(({ verdicts }) => verdicts) });
  } else {
    printLines(io, ...outcomeLines(applied, { applied: "deployed", nothing: "No changes" }));
    printText(io, hopTable(proven, io.stdout.columns));
    printLines(io, ...stacks.flatMap(({ plan }) => unprovenLines(plan)));
  }
  return exitCodeOf(proven);
}

/** What is on hosts that nobody may log in to is proven later, by `verify --host`. */
async function proveDelivered(
  stacks: readonly StackOutput[],
  project: Project,
  now: Date,
): Promise<ProvenStack[]> {
  const proven = await proveStacks(stacks, { project, now });
  return proven.map(({ plan, verdicts }) => {
    const manual = hopsOnManualHosts(plan);
    return { plan, verdicts: verdicts.filter(({ hopId }) => !manual.has(hopId)) };
  });
}

/** 1 where a hop does not shake hands. */
export function exitCodeOf(proven: readonly ProvenStack[]): ExitCode {
  return proven.every(({ verdicts }) => verdicts.every(({ ok }) => ok)) ? 0 : 1;
}
