import { relative } from "node:path";
import type { CliIo } from "../io";
import { type Line, line, printStyled, seconds, shown } from "../screen";
import { CHANGE_INDENT, changeCounts, changeLines } from "./changeLines";
import { printError } from "../printError";
import type { AppliedStack, StackReporter } from "./deploy";
import type { FailureReporter, StackNotBegun, Turn } from "./passes";
import type { StackChanges } from "./stackJob";
import { type UnreachedHost, UnreachedHosts } from "./unreached";
import { printWarningKinds } from "./warnings";

/** What the outcomes of a command are called. */
export interface OutcomeWords {
  readonly applied: string;
  readonly nothing: string;
}

/** A reporter that knows afterwards which machines were not reached. */
export interface StackReport extends StackReporter {
  readonly unreached: () => readonly UnreachedHost[];
}

/** Says what is to be changed on standard error, and what became of it on standard output, stack by stack. */
export function reportTo(io: CliIo, words: OutcomeWords, isJson: boolean): StackReport {
  const told = new Set<string>();
  const hosts = new UnreachedHosts();
  const warn = ({ stack, warnings }: StackChanges) => {
    const isNew = (warning: string) => !told.has(`${stack}: ${warning}`);
    const fresh = hosts.newOf(stack, warnings.filter(isNew));
    printWarningKinds(io, fresh.map(plainWarning), `${stack}: `);
    for (const warning of warnings) told.add(`${stack}: ${warning}`);
  };
  const outcomes = (found: AppliedStack, turn: Turn) => {
    printStyled(io.stdout, [outcomeLine(found, words, turn), ...laterLines(found)]);
    warn(found);
  };
  return {
    changes: (found, turn) => {
      printChanges(io, io.stderr, found, turn);
      // Before anybody approves, and before an apply that fails for it.
      warn(found);
    },
    outcome: isJson ? ({ stack, warnings }) => void hosts.newOf(stack, warnings) : outcomes,
    ...failuresTo(io, `not ${words.applied}`, isJson),
    unreached: () => hosts.all,
  };
}

/** Says on standard error which stacks failed, and which were not begun for it. */
export function failuresTo(io: CliIo, notApplied: string, isJson: boolean): FailureReporter {
  return {
    failed: ({ error }) => printError(io, error, isJson),
    notBegun: isJson
      ? () => undefined
      : (stack, turn) => printStyled(io.stderr, [notBegunLine(stack, notApplied, turn)]),
  };
}

function notBegunLine({ stack, because }: StackNotBegun, notApplied: string, { number, of }: Turn): Line {
  const reason =
    because === undefined
      ? "because the command was interrupted"
      : `because ${because} failed, which comes first`;
  return line(
    `${stack}: `,
    shown("warning", `${notApplied}, ${reason}`),
    shown("faint", ` (stack ${number} of ${of})`),
  );
}

/** Passes on what commands of activations print, while they run. */
export function hearOn({ stderr }: Pick<CliIo, "stderr">): (stack: string, text: string) => void {
  return (stack, text) => {
    stderr.status?.(undefined);
    printStyled(stderr, [line(shown("faint", `${stack}: ${text}`))]);
  };
}

/** What a plan found for a stack, under its name. */
export function printChanges(io: CliIo, output: CliIo["stdout"], found: StackChanges, turn: Turn): void {
  const { stack, planned, notes, log } = found;
  printStyled(output, [
    line(shown("strong", `${stack}: ${changeCounts(planned)}`), ` (stack ${turn.number} of ${turn.of})`),
  ]);
  printStyled(output, changeLines(planned, output.columns !== undefined), CHANGE_INDENT);
  printStyled(
    output,
    notes.map((note) => line("  ", shown("faint", note))),
    CHANGE_INDENT,
  );
  printStyled(output, [
    line("  ", shown("faint", `Terraform's account: ${relative(io.workingDirectory, log)}`)),
  ]);
}

/** What became of one stack's changes. */
export function outcomeLine(found: AppliedStack, words: OutcomeWords, { number, of }: Turn): Line {
  const { stack, changes, applied, milliseconds } = found;
  const turn = shown("faint", ` (stack ${number} of ${of}, ${seconds(milliseconds)})`);
  if (applied) return line(`${stack}: `, shown("good", words.applied), turn);
  if (changes === undefined) return line(`${stack}: ${words.nothing}`, turn);
  return line(`${stack}: `, shown("warning", "not changed, because the changes were not approved"), turn);
}

/** What was activated once more, because Terraform removes last. */
function laterLines({ activatedLater }: AppliedStack): Line[] {
  const names = activatedLater.flatMap(({ change, alias }) => (change === "activated" ? (alias ?? []) : []));
  if (names.length === 0) return [];
  return [line("  ", `after what was removed, activated again: ${[...new Set(names)].join(", ")}`)];
}

/** A warning of the provider's, which has no rule and no place of its own. */
export function plainWarning(message: string): { readonly message: string } {
  return { message };
}
