import { DeployError, interrupted } from "./errors";
import { Interruption } from "./interruption";
import { type Ending, runJobs } from "./parallel";
import type { Pass, PassKind } from "./stages";
import { Turns } from "./turns";

/** Which of how many stacks, from 1. */
export interface Turn {
  readonly number: number;
  readonly of: number;
}

export interface FailedStack {
  readonly stack: string;
  readonly error: unknown;
}

export interface StackNotBegun {
  readonly stack: string;
  /** The one whose failure keeps it from being begun. @default - the run was interrupted */
  readonly because?: string;
}

/** What became of all passes, each in their order. */
export interface PassesEnded<Result> {
  readonly results: readonly Result[];
  readonly failed: readonly FailedStack[];
  readonly notBegun: readonly StackNotBegun[];
}

/** Hears of those that came to nothing. */
export interface FailureReporter {
  readonly failed: (failed: FailedStack) => void;
  readonly notBegun: (stack: StackNotBegun, turn: Turn) => void;
}

/** What somebody who works on one pass is given. */
export interface PassContext {
  readonly turn: Turn;
  readonly interruption: Interruption;
  /** Says something of it, whole and in its turn. */
  readonly say: (print: () => void) => void;
  /** Waits until all that comes before it in the order has been said. */
  readonly ownTurn: () => Promise<void>;
}

export interface PassesOptions {
  /** How many stacks are worked on at a time. */
  readonly parallel: number;
  readonly report: FailureReporter;
}

/**
 * Works on stacks side by side. One that fails keeps only those from being begun that come after it.
 *
 * @throws DeployError `approval-needed`, `interrupted`, once what had begun has ended
 */
export async function runPasses<S extends { readonly name: string }, Result>(
  passes: readonly Pass<S>[],
  { parallel, report }: PassesOptions,
  work: (pass: Pass<S>, context: PassContext) => Promise<Result>,
): Promise<PassesEnded<Result>> {
  const turns = new Turns(passes);
  const turnOf = turnsByKind(passes);
  const interruption = new Interruption();
  let ofTheRun: DeployError | undefined;
  const tell = (pass: Pass<S>, ending: Ending<Pass<S>, Result>): void => {
    if (ending.kind === "failed" && isOfTheRun(ending.error)) {
      ofTheRun ??= ending.error;
      interruption.request();
    } else if (ending.kind === "failed") {
      turns.say(pass, () => report.failed({ stack: passName(pass), error: ending.error }));
    } else if (ending.kind === "not-begun" && ofTheRun?.code !== "approval-needed") {
      turns.say(pass, () => report.notBegun(notBegun(pass, ending.because), turnOf(pass)));
    }
    turns.end(pass);
  };
  const endings = await interruption.during(() =>
    runJobs(passes, {
      limit: parallel,
      work: (pass) =>
        work(pass, {
          turn: turnOf(pass),
          interruption,
          say: (print) => turns.say(pass, print),
          ownTurn: () => turns.turnOf(pass),
        }),
      ended: tell,
      isStopped: () => interruption.isRequested,
    }),
  );
  if (interruption.isRequested) throw ofTheRun ?? interrupted();
  return {
    results: passes.flatMap((pass) => {
      const ending = endings.get(pass);
      return ending?.kind === "done" ? [ending.result] : [];
    }),
    failed: passes.flatMap((pass) => {
      const ending = endings.get(pass);
      return ending?.kind === "failed" ? [{ stack: passName(pass), error: ending.error }] : [];
    }),
    notBegun: passes.flatMap((pass) => {
      const ending = endings.get(pass);
      return ending?.kind === "not-begun" ? [notBegun(pass, ending.because)] : [];
    }),
  };
}

/** What people read a pass by. */
export function passName({ stack, kind }: Pick<Pass<{ readonly name: string }>, "stack" | "kind">): string {
  return kind === "trust-first" ? `${stack.name} (trust first)` : stack.name;
}

/** Nobody could approve, or somebody wants it to end: no stack is to blame. */
function isOfTheRun(error: unknown): error is DeployError {
  return error instanceof DeployError && ["approval-needed", "interrupted"].includes(error.code);
}

function notBegun<S extends { readonly name: string }>(
  pass: Pass<S>,
  because: Pass<S> | undefined,
): StackNotBegun {
  return { stack: passName(pass), ...(because === undefined ? {} : { because: passName(because) }) };
}

/** Those that put anchors in place first are counted apart. */
function turnsByKind<S>(passes: readonly Pass<S>[]): (pass: Pass<S>) => Turn {
  const byKind = (kind: PassKind) => passes.filter((pass) => pass.kind === kind);
  return (pass) => {
    const same = byKind(pass.kind);
    return { number: same.indexOf(pass) + 1, of: same.length };
  };
}
