import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Project, statePath } from "../../project";
import { printableJson } from "../../text";
import type { PlacedEvidence } from "../../rotation";
import type { VerdictReport } from "../../verify";
import type { JournalLine } from "../../provider/activation/journalEvent";
import type { StackOutput } from "./manifest";
import type { PlannedChange } from "./plannedChange";
import { type StackDeploy, receiptOf } from "./receipt";

const RECEIPT_FILE = "receipt.json";

/** What was done to a stack in one go of Terraform. */
export interface ReceivedRun {
  readonly planned: readonly PlannedChange[];
  readonly journal: readonly JournalLine[];
  /** What made it fail. @default - it did not */
  readonly failure?: string;
}

/** The receipts of one deploy: a file beside each stack's output, and a copy beside its state where that is a file here. */
export class Receipts {
  private readonly deploys = new Map<StackOutput, StackDeploy>();
  private readonly started: number;

  /**
   * @param now when the deploy began
   * @param clock milliseconds since some time that stays the same
   */
  constructor(
    private readonly project: Project,
    private readonly now: Date,
    private readonly clock: () => number,
  ) {
    this.started = clock();
  }

  /** Adds what was done to a stack, and writes its receipt at once: what comes after may fail. */
  add(stack: StackOutput, { planned, journal, failure }: ReceivedRun): void {
    const before = this.deploys.get(stack) ?? {
      plan: stack.plan,
      startedAt: this.now,
      planned: [],
      journal: [],
      failures: [],
    };
    const failures = [...before.failures, ...(failure === undefined ? [] : [failure])];
    const all = [...before.planned, ...planned];
    this.write(stack, {
      ...before,
      planned: all,
      journal: [...before.journal, ...journal],
      failures,
      outcome: failures.length > 0 ? "failed" : all.length > 0 ? "deployed" : "unchanged",
      endedAt: this.time(),
      hops: [],
      evidence: [],
    });
  }

  /** Adds what was proven once all stacks are in place. */
  prove(hops: readonly VerdictReport[], evidence: readonly PlacedEvidence[]): void {
    for (const [stack, deploy] of this.deploys)
      this.write(stack, { ...deploy, hops, evidence, endedAt: this.time() });
  }

  /** Path of a stack's receipt; undefined where it has none, because nobody approved its changes. */
  pathOf(stackName: string): string | undefined {
    const stack = [...this.deploys.keys()].find(({ name }) => name === stackName);
    return stack === undefined ? undefined : join(stack.workingDirectory, RECEIPT_FILE);
  }

  private write(stack: StackOutput, deploy: StackDeploy): void {
    this.deploys.set(stack, deploy);
    const text = `${printableJson(receiptOf(deploy), 2)}\n`;
    writePrivately(join(stack.workingDirectory, RECEIPT_FILE), text);
    const state = join(this.project.directory, statePath(stack.plan.environment, stack.name));
    if (existsSync(state)) writePrivately(state.replace(/\.tfstate$/, `.${RECEIPT_FILE}`), text);
  }

  private time(): Date {
    return new Date(this.now.getTime() + this.clock() - this.started);
  }
}

/** Made anew, because the mode of a file that is there stays what it is. */
function writePrivately(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
}
