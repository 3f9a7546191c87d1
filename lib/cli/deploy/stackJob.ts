import { rmSync } from "node:fs";
import { join } from "node:path";
import { readSynthesisedResources } from "../../project";
import { activationNotes } from "./activationNotes";
import { passwordNotes } from "./passwordNotes";
import { anchorAddresses } from "./anchorAddresses";
import { changesIn } from "./changes";
import { interrupted } from "./errors";
import type { JournalLine } from "../../provider/activation/journalEvent";
import { readJournal } from "./journal";
import type { StackOutput } from "./manifest";
import { type PassContext, passName } from "./passes";
import type { PlannedChange } from "./plannedChange";
import type { Pass } from "./stages";
import type { DeployOptions } from "./synthesise";
import type { PlanMode, StackRun, Terraform } from "./terraform";
import type { TerraformLog } from "./terraformLog";
import { changesOf, warningsOf } from "./terraformText";

/** What a plan found for one stack. */
export interface StackChanges {
  readonly stack: string;
  /** Terraform's account; undefined where the hosts are as declared. */
  readonly changes: string | undefined;
  /** The same, thing by thing. */
  readonly planned: readonly PlannedChange[];
  /** Of products that read what is changed, those for which no command of ours is run. */
  readonly notes: readonly string[];
  /** What the provider warned of, for example an entry that is somebody else's by now. */
  readonly warnings: readonly string[];
  /** Path of the file that has all that Terraform said. */
  readonly log: string;
  /** What it took, without the time in which somebody was asked. */
  readonly milliseconds: number;
}

export type RunOptions = Pick<DeployOptions, "passing" | "undisturbed" | "clock" | "parallel"> & {
  /** Is told each line that a command of an activation prints. @default - nobody is */
  readonly hear?: (stack: string, line: string) => void;
};

const PLAN_FILE = "trust.tfplan";
const JOURNAL_FILE = "journal.jsonl";

/** One stack whose turn it is. */
export class StackJob {
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

  get stack(): StackOutput {
    return this.pass.stack;
  }

  private get name(): string {
    return passName(this.pass);
  }

  private get journalFile(): string {
    return join(this.stack.workingDirectory, JOURNAL_FILE);
  }

  /** What the provider did so far. */
  get journal(): readonly JournalLine[] {
    return readJournal(this.journalFile);
  }

  async run<T>(mode: PlanMode, use: (run: StackRun) => Promise<T>): Promise<T> {
    this.#started = this.options.clock();
    await this.step("init", () => this.terraform.init(this.stack, this.log));
    this.forget();
    const hear = (line: string) => {
      this.log.hear(line);
      this.options.hear?.(this.name, line);
    };
    const watch = { journal: this.journalFile, hear };
    try {
      return await this.terraform.withProvider(this.stack, mode, use, this.log, watch);
    } finally {
      this.forget();
    }
  }

  async plan(run: StackRun): Promise<StackChanges> {
    const found = await this.step("plan", () => this.planned(run, this.#targets));
    return {
      ...found,
      // What people do first comes first.
      notes: [
        ...passwordNotes(this.stack.plan, found.planned),
        ...activationNotes(this.stack.plan, found.planned),
      ],
      log: this.log.path,
      milliseconds: this.options.clock() - this.#started,
    };
  }

  /** @returns Terraform's account */
  async apply(run: StackRun, what: string): Promise<string> {
    return await this.step(what, () => run.apply(PLAN_FILE));
  }

  /**
   * Activates what was removed: Terraform removes after all else, so that products still trust what is gone from their
   * files. Nothing is done where nobody has to read anything again.
   */
  async activateRemoved(run: StackRun): Promise<readonly PlannedChange[]> {
    const { trust_activation: activations = {} } = readSynthesisedResources(this.stack.workingDirectory);
    const addresses = Object.keys(activations).map((name) => `trust_activation.${name}`);
    if (addresses.length === 0) return [];
    const { changes, planned } = await this.step("plan what is owed", () => this.planned(run, addresses));
    if (changes !== undefined) await this.apply(run, "activate what was removed");
    return planned;
  }

  private async planned(
    run: StackRun,
    targets: readonly string[] | undefined,
  ): Promise<Pick<StackChanges, "stack" | "changes" | "planned" | "warnings">> {
    const { account, json } = await run.plan(PLAN_FILE, targets);
    return {
      stack: this.name,
      changes: json === undefined ? undefined : changesOf(account),
      planned: json === undefined ? [] : changesIn(json, this.stack.plan),
      warnings: warningsOf(account),
    };
  }

  private forget(): void {
    for (const file of [PLAN_FILE, JOURNAL_FILE])
      rmSync(join(this.stack.workingDirectory, file), { force: true });
  }

  /** Somebody at a terminal sees which stack it is, of how many. */
  private async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { turn, interruption } = this.context;
    if (interruption.isRequested) throw interrupted();
    return await this.options.passing(`${this.name} (${turn.number} of ${turn.of}): ${what}`, work);
  }
}
