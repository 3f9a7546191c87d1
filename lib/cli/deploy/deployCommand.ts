import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines, printText, printWarnings } from "../io";
import { approveAll, askForApproval } from "./approve";
import type { Project } from "../../project";
import { terminalLine } from "../../text";
import { type DeployOptions, applyStacks, outcomeLines } from "./deploy";
import { findingLines, hopTable, unprovenLines } from "./hopTable";
import type { StackOutput } from "./manifest";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { driftOf, synthesiseObserved } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withMemory, withStacks } from "./options";
import { type ProvenHops, hopsOnManualHosts, proveStacks, reportProven } from "./prove";
import { Terraform } from "./terraform";
import { plainLines, warningsOfSynth } from "./warnings";

/** `cdktf-trust deploy`: synthesise, apply, and prove every hop on what the hosts then hold. */
export const defineDeploy: DefineCommand = (command, { io, run }) => {
  withMemory(withStacks(command))
    .option("--auto-approve", "make the changes without asking", false)
    .action((names: string[], options: StackOptions) =>
      run(async () => await deploy(io, deployOptions(io, names, options), options)),
    );
};

async function deploy(io: CliIo, options: DeployOptions, flags: StackOptions): Promise<ExitCode> {
  Terraform.find();
  const synthesised = await synthesiseObserved(options, io);
  const { output, chosen } = synthesised;
  for (const line of plainLines(output)) io.stderr.write(`${terminalLine(line)}\n`);
  printWarnings(io, ...warningsOfSynth(chosen));
  // Here, because an apply would not see it, and what is proven afterwards would fail.
  for (const report of (await driftOf(options, io, chosen)).values()) {
    printWarnings(io, ...driftLines(report, options.environment));
    for (const line of unseenLines(report)) io.stderr.write(`${terminalLine(line)}\n`);
  }
  const approve = flags.autoApprove === true ? approveAll(io) : askForApproval(io);
  const applied = await applyStacks(synthesised, {
    progress: options.progress,
    approve,
    destroy: false,
    takesOver: options.takeOver.length > 0,
  });
  const proven = await options.progress("verify: a handshake for every hop", () =>
    proveDelivered(chosen, options.project, io.now),
  );
  if (flags.json === true) {
    printJson(io, { changes: applied, hops: reportProven(proven, io.now) });
  } else {
    printLines(io, ...outcomeLines(applied, { applied: "deployed", nothing: "No changes" }));
    printText(io, hopTable(proven, io.stdout.columns));
    printLines(io, ...findingLines(proven), ...unprovenLines(proven));
  }
  return exitCodeOf(proven);
}

/** What is on hosts that nobody may log in to is proven later, by `verify --host`. */
async function proveDelivered(
  stacks: readonly StackOutput[],
  project: Project,
  now: Date,
): Promise<ProvenHops> {
  const proven = await proveStacks(stacks, { project, now, isJustDelivered: true });
  const manual = hopsOnManualHosts(proven.plan);
  return { ...proven, verdicts: proven.verdicts.filter(({ hopId }) => !manual.has(hopId)) };
}

/** 1 where a hop does not shake hands. */
export function exitCodeOf({ verdicts }: ProvenHops): ExitCode {
  return verdicts.every(({ ok }) => ok) ? 0 : 1;
}
