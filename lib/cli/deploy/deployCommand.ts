import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printWarnings } from "../io";
import { approveAll, askForApproval } from "./approve";
import type { Project } from "../../project";
import { terminalLine } from "../../text";
import { applyStacks } from "./deploy";
import { hopRows } from "./hopRows";
import { printHops } from "./hopTable";
import type { StackOutput } from "./manifest";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { line, printStyled, seconds, shown } from "../screen";
import { driftOf, synthesiseObserved } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withMemory, withStacks } from "./options";
import { type ProvenHops, hopsOnManualHosts, proveStacks, reportProven } from "./prove";
import { Receipts } from "./receipts";
import { hearOn, reportTo } from "./stackReport";
import type { DeployOptions } from "./synthesise";
import { Terraform } from "./terraform";
import { unprovenSteps } from "./unproven";
import { plainLines, printWarningKinds, warningsOfSynth } from "./warnings";

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
  const started = io.clock();
  const synthesised = await synthesiseObserved(options, io);
  const { output, chosen } = synthesised;
  for (const text of plainLines(output)) io.stderr.write(`${terminalLine(text)}\n`);
  printWarningKinds(io, warningsOfSynth(chosen));
  // Here, because an apply would not see it, and what is proven afterwards would fail.
  for (const report of (await driftOf(options, io, chosen)).values()) {
    printWarnings(io, ...driftLines(report, options.environment));
    for (const text of unseenLines(report)) io.stderr.write(`${terminalLine(text)}\n`);
  }
  const receipts = new Receipts(options.project, io.now, io.clock);
  const applied = await applyStacks(synthesised, {
    ...options,
    receipts,
    hear: hearOn(io),
    approve: flags.autoApprove === true ? approveAll : askForApproval,
    report: reportTo(io, { applied: "deployed", nothing: "No changes" }, options.json),
    destroy: false,
    takesOver: options.takeOver.length > 0,
  });
  const proven = await options.passing("verify: a handshake for every hop", () =>
    proveDelivered(chosen, options.project, io.now),
  );
  receipts.prove(reportProven(proven, io.now));
  if (options.json) {
    const unproven = hopRows(proven).filter(({ verdict }) => verdict === "not proven");
    printJson(io, {
      changes: applied.map((stack) => ({ ...stack, receipt: receipts.pathOf(stack.stack) })),
      hops: reportProven(proven, io.now),
      unproven: unproven.map(({ hopId, reason, nextExpiry }) => ({ hopId, reason, nextExpiry })),
      steps: unprovenSteps(proven),
    });
  } else {
    printHops(io, proven);
    const total = `deploy: ${applied.filter((stack) => stack.applied).length} of ${chosen.length} stacks changed`;
    printStyled(io.stderr, [line(total, shown("faint", ` (${seconds(io.clock() - started)})`))]);
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
