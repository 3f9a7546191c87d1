import { anchorAddresses } from "./anchorAddresses";
import { interrupted, notAdoptable } from "./errors";
import type { StackOutput } from "./manifest";
import { type FailureReporter, type PassContext, type PassesEnded, type Turn, runPasses } from "./passes";
import type { ChangeWord, PlannedChange } from "./plannedChange";
import type { Receipts } from "./receipts";
import { type RunOptions, type StackChanges, StackJob } from "./stackJob";
import { type Pass, deployPasses, destroyPasses, trustFirstPasses } from "./stages";
import type { DeployOptions, Synthesised } from "./synthesise";
import { type StackRun, Terraform } from "./terraform";
import { TerraformLog } from "./terraformLog";
import { warningsOf } from "./terraformText";

/** What became of one stack's changes. */
export interface AppliedStack extends StackChanges {
  /** False where there was nothing to do, and where nobody approved it. */
  readonly applied: boolean;
  /** What was activated afterwards, because of what was removed at the end. */
  readonly activatedLater: readonly PlannedChange[];
}

/** Hears of each stack as its turn comes and goes. */
export interface StackReporter extends FailureReporter {
  /** What is about to be changed, before anybody is asked. */
  readonly changes: (stack: StackChanges, turn: Turn) => void;
  readonly outcome: (stack: AppliedStack, turn: Turn) => void;
}

/**
 * Asks a person whether the changes are to be made, once they were shown.
 *
 * @param alone lets a question have the screen for itself, in the stack's turn. @default - it has it
 */
export type Approval = (
  stack: string,
  show: () => void,
  alone?: (question: () => Promise<boolean>) => Promise<boolean>,
) => Promise<boolean>;

/**
 * Shows what a deploy would change, without changing anything. Where no artifacts are made, neither secrets
 * nor hosts are taken to be at hand: the declaration is compared with the state.
 */
export async function planStacks(
  { chosen }: Synthesised,
  options: RunOptions & Pick<DeployOptions, "artifacts"> & { readonly report: FailureReporter },
): Promise<PassesEnded<StackChanges>> {
  const terraform = Terraform.find();
  const mode = options.artifacts ? "preview" : "state-only";
  // Nothing is changed, so none has to wait for another.
  const passes = chosen.map((stack): Pass<StackOutput> => ({ stack, kind: "deploy", after: [] }));
  return await runPasses(passes, options, async (pass, context) => {
    const log = new TerraformLog(pass.stack.workingDirectory, "plan");
    const job = new StackJob(terraform, pass, log, options, context);
    return await job.run(mode, (run) => job.plan(run));
  });
}

/** How stacks are applied. */
export type ApplyOptions = RunOptions & {
  readonly approve: Approval;
  readonly report: StackReporter;
  readonly destroy: boolean;
  /** Whether only anchors are put in place, as stacks that are in a circle do before any of them changes a key. @default false */
  readonly onlyTrustFirst?: boolean;
  /** Whether rows become this owner's, which is saved though it is no change. @default false */
  readonly takesOver?: boolean;
  /** Whether only what is there as declared is taken into the state. @default false */
  readonly adopts?: boolean;
  /** Where what was done is written down. @default - nowhere */
  readonly receipts?: Receipts;
};

/**
 * Applies the stacks in their order, those side by side that need not wait for each other; each one's changes are
 * shown and approved first. Those that call each other in a circle put their anchors in place before any of them
 * changes a key.
 */
export async function applyStacks(
  synthesised: Synthesised,
  options: ApplyOptions,
): Promise<PassesEnded<AppliedStack>> {
  const terraform = Terraform.find();
  const command = options.destroy ? "destroy" : "deploy";
  const logs = new Map(
    synthesised.chosen.map((stack) => [stack, new TerraformLog(stack.workingDirectory, command)]),
  );
  const ended = await runPasses(passesOf(synthesised, options), options, async (pass, context) => {
    const log = logs.get(pass.stack) ?? new TerraformLog(pass.stack.workingDirectory, command);
    const outcome = await applyStack(new StackJob(terraform, pass, log, options, context), context, options);
    // Of a first pass, only what it did is worth a word: the stack's own turn comes.
    if (pass.kind === "trust-first" && !outcome.applied && options.onlyTrustFirst !== true) return undefined;
    context.say(() => options.report.outcome(outcome, context.turn));
    return outcome;
  });
  return { ...ended, results: ended.results.filter((outcome) => outcome !== undefined) };
}

function passesOf({ output, chosen }: Synthesised, options: ApplyOptions): Pass<StackOutput>[] {
  if (options.destroy) return destroyPasses(output, chosen);
  if (options.onlyTrustFirst === true)
    return trustFirstPasses(chosen.filter((stack) => anchorAddresses(stack).length > 0));
  const trustFirst = output.trustFirst.filter((stack) => anchorAddresses(stack).length > 0);
  return deployPasses({ ...output, trustFirst }, chosen);
}

async function applyStack(job: StackJob, context: PassContext, options: ApplyOptions): Promise<AppliedStack> {
  const { destroy, adopts = false, receipts } = options;
  return await job.run(adopts ? "adopt" : destroy ? "destroy" : "deploy", async (run) => {
    let found: StackChanges | undefined;
    const receive = (failure?: string) =>
      receipts?.add(job.stack, {
        planned: found?.planned ?? [],
        journal: job.journal,
        ...(failure === undefined ? {} : { failure }),
      });
    try {
      found = await job.plan(run);
      const outcome = await applyPlanned(job, run, { ...context, found }, options);
      if (outcome.applied || found.changes === undefined) receive();
      return outcome;
    } catch (error) {
      receive(error instanceof Error ? error.message : "failed");
      throw error;
    }
  });
}

/** Applies what was planned where it is approved, and what that leaves owed. */
async function applyPlanned(
  job: StackJob,
  run: StackRun,
  { found, turn, interruption, say, ownTurn }: PassContext & { readonly found: StackChanges },
  { destroy, approve, report, undisturbed, clock, takesOver = false, adopts = false }: ApplyOptions,
): Promise<AppliedStack> {
  if (adopts) requireAdoptable(found);
  const isPlanned = found.changes !== undefined;
  const show = () => say(() => report.changes(found, turn));
  const alone = async (question: () => Promise<boolean>) => {
    await ownTurn();
    if (interruption.isRequested) throw interrupted();
    return await undisturbed(question);
  };
  const applied = isPlanned && (await approve(found.stack, show, alone));
  const started = clock();
  const account =
    applied || (!isPlanned && takesOver) ? await job.apply(run, destroy ? "destroy" : "apply") : "";
  const isOwed = applied && !destroy && found.planned.some(({ change }) => REMOVING.has(change));
  const activatedLater = isOwed ? await job.activateRemoved(run) : [];
  return {
    ...found,
    applied,
    activatedLater,
    warnings: [...new Set([...found.warnings, ...warningsOf(account)])],
    milliseconds: found.milliseconds + clock() - started,
  };
}

/** Changes of which something goes at the end of an apply. */
const REMOVING: ReadonlySet<ChangeWord> = new Set(["removed", "replaced", "withdrawn"]);

/** @throws DeployError `not-adoptable` where more than taking over what is there would be done */
function requireAdoptable({ stack, planned }: StackChanges): void {
  const others = planned.filter(
    ({ change, kind, details }) =>
      (change !== "added" && kind !== "output") || details.some((detail) => detail.startsWith("runs ")),
  );
  if (others.length > 0) throw notAdoptable(stack, others);
}
