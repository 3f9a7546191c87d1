import { placeOf } from "../../model";
import { notesOfDestroy } from "./activationNotes";
import { groupBy } from "../../model/groupBy";
import type { CliIo } from "../io";
import { type Line, line, printStyled, shown } from "../screen";
import type { Output, StackOutput } from "./manifest";

/** A warning as a command shows it. */
export interface Warning {
  /** What it is about, for example `shop/Client/Truststore`. @default - the message says it */
  readonly place?: string;
  /** Name of the rule; warnings of one rule are of one kind. @default - the message is its own kind */
  readonly rule?: string;
  readonly message: string;
}

/** Places that a line names; the rest is counted. */
const NAMED_PLACES = 8;

/** Different texts of one kind that a line tells. */
const TOLD_MESSAGES = 3;

const ALL_OF_THEM = "cdktf-trust synth --json has all";

/** What synth warned of, once each, whichever stacks it concerns. */
export function warningsOfSynth(stacks: readonly Pick<StackOutput, "warnings">[]): Warning[] {
  const texts = new Set(stacks.flatMap(({ warnings }) => warnings));
  return [...texts].map((text) => {
    const [, place, rule, message] = /^(.+?) \[([a-z0-9-]+)\]: (.*)$/s.exec(text) ?? [];
    return place === undefined || rule === undefined || message === undefined
      ? { message: text }
      : { place, rule, message };
  });
}

/**
 * Warns on standard error, one line a kind.
 *
 * @param prefix what each line begins with
 */
export function printWarningKinds(io: CliIo, warnings: readonly Warning[], prefix = ""): void {
  printStyled(
    io.stderr,
    warningLines(warnings).map((each) => line(shown("warning", "warning: "), prefix, ...each)),
    WARNING_INDENT,
  );
}

const WARNING_INDENT = 2;

/** One line a kind, with the places that it is about; where their messages differ, each place with its own. */
export function warningLines(warnings: readonly Warning[]): Line[] {
  const kinds = groupBy(warnings, ({ rule, message }) => rule ?? message);
  return [...kinds].map(([, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const { rule, place, message } = first;
    if (rule === undefined || place === undefined) return line(message);
    if (same.length === 1) return line(`${place} [${rule}]: ${message}`);
    return line(shown("strong", `${same.length} × ${rule}`), `: ${messagesOf(same)}`);
  });
}

function messagesOf(same: readonly Warning[]): string {
  const byMessage = [...groupBy(same, ({ message }) => message)];
  const told = byMessage
    .slice(0, TOLD_MESSAGES)
    .map(([message, each]) => `${placesOf(each)}: ${message}`)
    .join("; ");
  const more = byMessage.slice(TOLD_MESSAGES).flatMap(([, each]) => each).length;
  return more === 0 ? told : `${told}; and ${more} more, with words of their own (${ALL_OF_THEM})`;
}

function placesOf(warnings: readonly Warning[]): string {
  const places = warnings.flatMap(({ place }) => place ?? []);
  const named = places.slice(0, NAMED_PLACES).join(", ");
  const more = places.length - NAMED_PLACES;
  return more <= 0 ? named : `${named} and ${more} more (${ALL_OF_THEM})`;
}

/** What people do before a destroy, for each file that says so, and after it, for products that go on. */
export function warningsOfDestroy(stacks: readonly StackOutput[]): string[] {
  return stacks.flatMap(({ plan }) => [
    ...plan.files.flatMap(({ hostId, path, beforeDestroy }) =>
      beforeDestroy === undefined ? [] : [`${placeOf(hostId, path)}: ${beforeDestroy}`],
    ),
    ...notesOfDestroy(plan),
  ]);
}

/** One line for the stacks that are not ours. */
export function plainLines({ plain }: Pick<Output, "plain">): string[] {
  return plain.length === 0 ? [] : [`left to cdktf, being no TrustStack: ${plain.join(", ")}`];
}
