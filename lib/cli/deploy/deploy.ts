import { rmSync } from "node:fs";
import { join } from "node:path";
import { anchorAddresses } from "./anchorAddresses";
import { changesIn } from "./changes";
import { notAdoptable } from "./errors";
import type { StackOutput } from "./manifest";
import type { PlannedChange } from "./plannedChange";
import type { DeployOptions, Synthesised } from "./synthesise";
import { type PlanMode, type StackRun, Terraform } from "./terraform";
import { TerraformLog } from "./terraformLog";
import { changesOf, warningsOf } from "./terraformText";

/** What a plan found for one stack. */
export interface StackChanges {
  readonly stack: string;
  /** Terraform's account; undefined where the hosts are as declared. */
  readonly changes: string | undefined;
  /** The same, thing by thing. */
  readonly planned: readonly PlannedChange[];
  /** What the provider warned of, for example an entry that is somebody else's by now. */
  readonly warnings: readonly string[];
  /** Path of the file that has all that Terraform said. */
  readonly log: string;
  /** What it took, without the time in which somebody was asked. */
  readonly milliseconds: number;
}

/** What became of one stack's changes. */
export interface AppliedStack extends StackChanges {
  /** False where there was nothing to do, and where nobody approved it. */
  readonly applied: boolean;
}

/** Which of how many stacks, from 1. */
export interface Turn {
  readonly number: number;
  readonly of: number;
}

/** Hears of each stack as its turn comes and goes. */
export interface StackReporter {
  /** What is about to be changed, before anybody is asked. */
  readonly changes: (stack: StackChanges, turn: Turn) => void;
  readonly outcome: (stack: AppliedStack, turn: Turn) => void;
}

/** Asks a person whether the changes are to be made, once they were shown. */
export type Approval = (stack: string, show: () => void) => Promise<boolean>;

const PLAN_FILE = "trust.tfplan";

type RunOptions = Pick<DeployOptions, "passing" | "clock">;

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
  /** Whether only what is there as declared is taken into the state. @default false */
  readonly adopts?: boolean;
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
  const { destroy, approve, report, takesOver = false, adopts = false } = options;
  return await job.run(adopts ? "adopt" : destroy ? "destroy" : "deploy", async (run) => {
    const found = await job.plan(run);
    if (adopts) requireAdoptable(found);
    const isPlanned = found.changes !== undefined;
    const show = () => report.changes(found, job.turn);
    const applied = isPlanned && (await approve(found.stack, show));
    const started = options.clock();
    const account =
      applied || (!isPlanned && takesOver)
        ? await job.step(destroy ? "destroy" : "apply", () => run.apply(PLAN_FILE))
        : "";
    return {
      ...found,
      applied,
      warnings: [...new Set([...found.warnings, ...warningsOf(account)])],
      milliseconds: found.milliseconds + options.clock() - started,
    };
  });
}

/** @throws DeployError `not-adoptable` where more than taking over what is there would be done */
function requireAdoptable({ stack, planned }: StackChanges): void {
  const others = planned.filter(
    ({ change, kind, details }) =>
      (change !== "added" && kind !== "output") || details.some((detail) => detail.startsWith("runs ")),
  );
  if (others.length > 0) throw notAdoptable(stack, others);
}

/** One stack whose turn it is. */
class StackJob {
  #started = 0;

  /** @param targets addresses to which the changes are limited. @default - the whole stack */
  constructor(
    private readonly terraform: Terraform,
    private readonly stack: StackOutput,
    private readonly log: TerraformLog,
    private readonly options: RunOptions,
    readonly turn: Turn,
    private readonly targets?: readonly string[],
  ) {}

  private get name(): string {
    return this.targets === undefined ? this.stack.name : `${this.stack.name} (trust first)`;
  }

  async run<T>(mode: PlanMode, use: (run: StackRun) => Promise<T>): Promise<T> {
    this.#started = this.options.clock();
    await this.step("init", () => this.terraform.init(this.stack, this.log));
    try {
      return await this.terraform.withProvider(this.stack, mode, use, this.log);
    } finally {
      rmSync(join(this.stack.workingDirectory, PLAN_FILE), { force: true });
    }
  }

  async plan(run: StackRun): Promise<StackChanges> {
    const { account, json } = await this.step("plan", () => run.plan(PLAN_FILE, this.targets));
    return {
      stack: this.name,
      changes: json === undefined ? undefined : changesOf(account),
      planned: json === undefined ? [] : changesIn(json, this.stack.plan),
      warnings: warningsOf(account),
      log: this.log.path,
      milliseconds: this.options.clock() - this.#started,
    };
  }

  /** Somebody at a terminal sees which stack it is, of how many. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { number, of } = this.turn;
    return await this.options.passing(`${this.name} (${number} of ${of}): ${what}`, work);
  }
}
