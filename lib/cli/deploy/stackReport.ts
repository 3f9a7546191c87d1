import { relative } from "node:path";
import type { CliIo } from "../io";
import { type Line, line, printStyled, seconds, shown } from "../screen";
import { CHANGE_INDENT, changeCounts, changeLines } from "./changeLines";
import type { AppliedStack, StackChanges, StackReporter, Turn } from "./deploy";
import { printWarningKinds } from "./warnings";

/** What the outcomes of a command are called. */
export interface OutcomeWords {
  readonly applied: string;
  readonly nothing: string;
}

/** Says what is to be changed on standard error, and what became of it on standard output, stack by stack. */
export function reportTo(io: CliIo, words: OutcomeWords, isJson: boolean): StackReporter {
  const told = new Set<string>();
  const warn = ({ stack, warnings }: StackChanges) => {
    const isNew = (warning: string) => !told.has(`${stack}: ${warning}`);
    printWarningKinds(io, warnings.filter(isNew).map(plainWarning), `${stack}: `);
    for (const warning of warnings) told.add(`${stack}: ${warning}`);
  };
  const outcomes = (found: AppliedStack, turn: Turn) => {
    printStyled(io.stdout, [outcomeLine(found, words, turn)]);
    warn(found);
  };
  return {
    changes: (found, turn) => {
      printChanges(io, io.stderr, found, turn);
      // Before anybody approves, and before an apply that fails for it.
      warn(found);
    },
    outcome: isJson ? () => undefined : outcomes,
  };
}

/** What a plan found for a stack, under its name. */
export function printChanges(io: CliIo, output: CliIo["stdout"], found: StackChanges, turn: Turn): void {
  const { stack, planned, log } = found;
  printStyled(output, [
    line(shown("strong", `${stack}: ${changeCounts(planned)}`), ` (stack ${turn.number} of ${turn.of})`),
  ]);
  printStyled(output, changeLines(planned, output.columns !== undefined), CHANGE_INDENT);
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

/** A warning of the provider's, which has no rule and no place of its own. */
export function plainWarning(message: string): { readonly message: string } {
  return { message };
}
