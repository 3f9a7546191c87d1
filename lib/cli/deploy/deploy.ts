import { anchorAddresses } from "./anchorAddresses";
import type { StackOutput } from "./manifest";
import type { ChangeWord, PlannedChange } from "./plannedChange";
import type { Receipts } from "./receipts";
import { type RunOptions, type StackChanges, StackJob, type Turn } from "./stackJob";
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
export interface StackReporter {
  /** What is about to be changed, before anybody is asked. */
  readonly changes: (stack: StackChanges, turn: Turn) => void;
  readonly outcome: (stack: AppliedStack, turn: Turn) => void;
}

/** Asks a person whether the changes are to be made, once they were shown. */
export type Approval = (stack: string, show: () => void) => Promise<boolean>;

/**
 * Shows what a deploy would change, without changing anything. Where no artifacts are made, neither secrets
 * nor hosts are taken to be at hand: the declaration is compared with the state.
 */
export async function planStacks(
  { chosen }: Synthesised,
  options: RunOptions & Pick<DeployOptions, "artifacts">,
): Promise<StackChanges[]> {
  const terraform = Terraform.find();
  const mode = options.artifacts ? "preview" : "state-only";
  const found: StackChanges[] = [];
  for (const [index, stack] of chosen.entries()) {
    const log = new TerraformLog(stack.workingDirectory, "plan");
    const job = new StackJob(terraform, stack, log, options, { number: index + 1, of: chosen.length });
    found.push(await job.run(mode, (run) => job.plan(run)));
  }
  return found;
}

/** How stacks are applied. */
export type ApplyOptions = RunOptions & {
  readonly approve: Approval;
  readonly report: StackReporter;
  readonly destroy: boolean;
  /** Whether rows become this owner's, which is saved though it is no change. @default false */
  readonly takesOver?: boolean;
  /** Where what was done is written down. @default - nowhere */
  readonly receipts?: Receipts;
};

/**
 * Applies the stacks in their order; each one's changes are shown and approved first. Those that call each other in
 * a circle put their anchors in place before any of them changes a key.
 */
export async function applyStacks(
  { output, chosen }: Synthesised,
  options: ApplyOptions,
): Promise<AppliedStack[]> {
  const terraform = Terraform.find();
  const command = options.destroy ? "destroy" : "deploy";
  const logs = new Map(chosen.map((stack) => [stack, new TerraformLog(stack.workingDirectory, command)]));
  const outcomes: AppliedStack[] = [];
  const apply = async (stacks: readonly StackOutput[], targetsOf?: (stack: StackOutput) => string[]) => {
    for (const [index, stack] of stacks.entries()) {
      const log = logs.get(stack) ?? new TerraformLog(stack.workingDirectory, command);
      const turn = { number: index + 1, of: stacks.length };
      const job = new StackJob(terraform, stack, log, options, turn, targetsOf?.(stack));
      const outcome = await applyStack(job, options);
      // Of a first pass, only what it did is worth a word: the stack's own turn comes.
      if (targetsOf !== undefined && !outcome.applied) continue;
      options.report.outcome(outcome, turn);
      outcomes.push(outcome);
    }
  };
  if (!options.destroy) {
    const first = output.trustFirst.filter(
      (stack) => chosen.includes(stack) && anchorAddresses(stack).length > 0,
    );
    await apply(first, anchorAddresses);
  }
  await apply(options.destroy ? chosen.toReversed() : chosen);
  return outcomes;
}

async function applyStack(job: StackJob, options: ApplyOptions): Promise<AppliedStack> {
  const { destroy, receipts } = options;
  return await job.run(destroy ? "destroy" : "deploy", async (run) => {
    let found: StackChanges | undefined;
    const receive = (failure?: string) =>
      receipts?.add(job.stack, {
        planned: found?.planned ?? [],
        journal: job.journal,
        ...(failure === undefined ? {} : { failure }),
      });
    try {
      found = await job.plan(run);
      const outcome = await applyPlanned(job, run, found, options);
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
  found: StackChanges,
  { destroy, approve, report, clock, takesOver = false }: ApplyOptions,
): Promise<AppliedStack> {
  const isPlanned = found.changes !== undefined;
  const show = () => report.changes(found, job.turn);
  const applied = isPlanned && (await approve(found.stack, show));
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
