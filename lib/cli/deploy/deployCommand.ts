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
import { type StackOptions, deployOptions, withMemory, withParallel, withStacks } from "./options";
import { type ProvenHops, hopsOnManualHosts, proveStacks, reportProven } from "./prove";
import { Receipts } from "./receipts";
import { refuseSkippedPhases, rotationEvidence } from "./rotationEvidence";
import { hearOn, reportTo } from "./stackReport";
import { changedCount, fellShort, shortfallJson, shortfallText, withoutShortfall } from "./summary";
import type { DeployOptions } from "./synthesise";
import { Terraform } from "./terraform";
import { unprovenSteps } from "./unproven";
import { plainLines, printWarningKinds, warningsOfSynth } from "./warnings";

interface DeployFlags extends StackOptions {
  readonly trustFirst: boolean;
}

/** `cdktf-trust deploy`: synthesise, apply, and prove every hop on what the hosts then hold. */
export const defineDeploy: DefineCommand = (command, { io, run }) => {
  withMemory(withParallel(withStacks(command)))
    .option("--auto-approve", "make the changes without asking", false)
    .option(
      "--trust-first",
      "put the anchors of the stacks in place and no more, as those in a circle do before any of them changes a key",
      false,
    )
    .action((names: string[], options: DeployFlags) =>
      run(async () => await deploy(io, deployOptions(io, names, options), options)),
    );
};

async function deploy(io: CliIo, options: DeployOptions, flags: DeployFlags): Promise<ExitCode> {
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
  const plans = output.stacks.map(({ plan }) => plan);
  const rotations = {
    projectDirectory: options.project.directory,
    environment: options.environment,
    now: io.now,
  };
  await refuseSkippedPhases(plans, rotations);
  const receipts = new Receipts(options.project, io.now, io.clock);
  const report = reportTo(io, { applied: "deployed", nothing: "No changes" }, options.json);
  const ended = await applyStacks(synthesised, {
    ...options,
    receipts,
    hear: hearOn(io),
    approve: flags.autoApprove === true ? approveAll : askForApproval,
    report,
    destroy: false,
    onlyTrustFirst: flags.trustFirst,
    takesOver: options.takeOver.length > 0,
  });
  const delivered = flags.trustFirst ? [] : withoutShortfall(chosen, ended);
  const notDeployed = new Set(chosen.filter((stack) => !delivered.includes(stack)).map(({ name }) => name));
  const proven =
    delivered.length === 0
      ? undefined
      : await options.passing("verify: a handshake for every hop", async () => ({
          ...(await proveDelivered(delivered, options.project, io.now)),
          notDeployed,
        }));
  if (proven !== undefined) {
    const { found } = await rotationEvidence(plans, rotations);
    receipts.prove(reportProven(proven, io.now), found);
  }
  if (options.json) {
    printJson(io, {
      changes: ended.results.map((stack) => ({ ...stack, receipt: receipts.pathOf(stack.stack) })),
      ...(proven === undefined ? {} : provenJson(proven, io.now)),
      ...shortfallJson(ended, report.unreached()),
    });
  } else {
    if (proven !== undefined) printHops(io, proven);
    const changed = changedCount(chosen, ended.results);
    const total = `deploy: ${changed} of ${chosen.length} stacks changed${shortfallText(ended, report.unreached(), "not deployed")}`;
    printStyled(io.stderr, [line(total, shown("faint", ` (${seconds(io.clock() - started)})`))]);
  }
  if (fellShort(ended)) return 2;
  return proven === undefined ? 0 : exitCodeOf(proven);
}

function provenJson(proven: ProvenHops, now: Date): object {
  const unproven = hopRows(proven).filter(({ verdict }) => verdict === "not proven");
  return {
    hops: reportProven(proven, now),
    unproven: unproven.map(({ hopId, reason, nextExpiry }) => ({ hopId, reason, nextExpiry })),
    steps: unprovenSteps(proven),
  };
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
