import { rmSync } from "node:fs";
import { join } from "node:path";
import { anchorAddresses } from "./anchorAddresses";
import { changesIn } from "./changes";
import { interrupted, notAdoptable } from "./errors";
import type { StackOutput } from "./manifest";
import {
  type FailureReporter,
  type PassContext,
  type PassesEnded,
  type Turn,
  passName,
  runPasses,
} from "./passes";
import type { PlannedChange } from "./plannedChange";
import { type Pass, deployPasses, destroyPasses, trustFirstPasses } from "./stages";
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

const PLAN_FILE = "trust.tfplan";

type RunOptions = Pick<DeployOptions, "passing" | "undisturbed" | "clock" | "parallel">;

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

async function applyStack(
  job: StackJob,
  { turn, interruption, say, ownTurn }: PassContext,
  options: ApplyOptions,
): Promise<AppliedStack> {
  const { destroy, approve, report, takesOver = false, adopts = false, undisturbed } = options;
  return await job.run(adopts ? "adopt" : destroy ? "destroy" : "deploy", async (run) => {
    const found = await job.plan(run);
    if (adopts) requireAdoptable(found);
    const isPlanned = found.changes !== undefined;
    const show = () => say(() => report.changes(found, turn));
    const alone = async (question: () => Promise<boolean>) => {
      await ownTurn();
      if (interruption.isRequested) throw interrupted();
      return await undisturbed(question);
    };
    const applied = isPlanned && (await approve(found.stack, show, alone));
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
  readonly #targets: readonly string[] | undefined;
  #started = 0;

  constructor(
    private readonly terraform: Terraform,
    private readonly pass: Pass<StackOutput>,
    private readonly log: TerraformLog,
    private readonly options: RunOptions,
    private readonly context: Pick<PassContext, "turn" | "interruption">,
  ) {
    this.#targets = pass.kind === "trust-first" ? anchorAddresses(pass.stack) : undefined;
  }

  private get stack(): StackOutput {
    return this.pass.stack;
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
    const { account, json } = await this.step("plan", () => run.plan(PLAN_FILE, this.#targets));
    return {
      stack: passName(this.pass),
      changes: json === undefined ? undefined : changesOf(account),
      planned: json === undefined ? [] : changesIn(json, this.stack.plan),
      warnings: warningsOf(account),
      log: this.log.path,
      milliseconds: this.options.clock() - this.#started,
    };
  }

  /** Somebody at a terminal sees which stack it is, of how many. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { turn, interruption } = this.context;
    if (interruption.isRequested) throw interrupted();
    return await this.options.passing(`${passName(this.pass)} (${turn.number} of ${turn.of}): ${what}`, work);
  }
}
