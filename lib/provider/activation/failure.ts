import { diagnose, type Diagnosis } from "../../check";
import { clauseOf } from "../../model";
import { terminalLine } from "../../text";
import type { DeclaredActivation, DeclaredStep } from "./declared";
import { ActivationError } from "./errors";
import { safeText } from "./journal";
import type { Sight } from "./probes";
import type { RolledBack } from "./rolledBack";
import type { StepFailure } from "./steps";

/** How a run of the steps and probes ended, and what was seen then. */
export interface Attempt {
  readonly failure?: StepFailure;
  readonly sights: readonly Sight[];
}

/** Whether all went well, as far as anybody looked. */
export function wentWell({ failure, sights }: Attempt): boolean {
  return failure === undefined && sights.every(({ isExpected }) => isExpected);
}

/** All that is known of an activation that failed. */
export interface FailureReport {
  readonly first: Attempt;
  readonly rolledBack: readonly RolledBack[];
  /** After the roll-back; absent where nothing was rolled back, and so nothing was run again. */
  readonly second?: Attempt;
  /** Why the machine could not be asked any more, before all of this was done. */
  readonly lost?: string;
}

/** The error of an activation that failed: what was seen, and nothing else. */
export function activationFailed(activation: DeclaredActivation, report: FailureReport): ActivationError {
  return new ActivationError("activation-failed", failureText(activation, report));
}

/** Paragraphs: what failed, what it means, what was rolled back, what was seen then, what to do. */
function failureText(
  activation: DeclaredActivation,
  { first, rolledBack, second, lost }: FailureReport,
): string {
  const back = rolledBack.filter(({ outcome }) => outcome !== "left");
  const left = rolledBack.filter(({ outcome }) => outcome === "left");
  return [
    `${safeLine(activation.name)} on ${safeLine(activation.address)}: ${attemptText(activation, first)}`,
    ...diagnosesOf(first).map(({ cause, remedy }) => `That means: ${cause}. What to do: ${remedy}.`),
    back.length === 0 ? "Nothing was rolled back." : `Rolled back:\n${back.map(thingText).join("\n")}`,
    ...(left.length === 0 ? [] : [`Not rolled back:\n${left.map(thingText).join("\n")}`]),
    ...(second === undefined ? [] : [`The steps were run again: ${attemptText(activation, second)}`]),
    ...(lost === undefined ? [] : [lostText(lost)]),
    outlook(back.length > 0, second),
  ].join("\n\n");
}

function attemptText({ steps }: DeclaredActivation, { failure, sights }: Attempt): string {
  const seen = sights.map(sightText).join("\n");
  if (failure === undefined) {
    const ended = `${steps.length === 1 ? "the step" : `all ${steps.length} steps`} ended with 0.`;
    return seen === "" ? ended : `${ended}\n${seen}`;
  }
  const { step, number, outcome, reason } = failure;
  const what = `step ${number} of ${steps.length}, ${commandText(step)}, `;
  const became = outcome === undefined ? `failed: ${safeText(reason ?? "")}` : outcomeText(step, outcome);
  const output = lastLines(outcome?.output ?? "");
  return [
    `${what}${became}`,
    ...(output === "" ? [] : [`It printed last:\n${output}`]),
    ...(seen === "" ? [] : [seen]),
  ].join("\n");
}

function outcomeText(
  { timeoutMs }: DeclaredStep,
  { status, timedOut, signal, milliseconds }: NonNullable<StepFailure["outcome"]>,
): string {
  if (timedOut) return `did not end within ${timeoutMs / 1_000} s and was ended.`;
  if (status !== undefined) return `ended with status ${status} after ${milliseconds} ms.`;
  return `was ended by ${signal ?? "a signal"} after ${milliseconds} ms.`;
}

/** A command as the plan shows it, each word told apart. */
export function commandText({ argv, on }: DeclaredStep): string {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  return `${safeLine(words.join(" "))} (on the ${on})`;
}

function sightText({ probe, seen, isExpected }: Sight): string {
  const where = `${probe.host}:${probe.port}${probe.via === "host" ? " (from the host)" : ""}`;
  const expected = probe.sha256 === undefined ? "" : `, expected was SHA-256 ${probe.sha256}`;
  const authorities =
    probe.authorities.length === 0 ? "" : ` and requests for ${probe.authorities.join(" and ")}`;
  const missed = isExpected ? "" : `${expected}${authorities}`;
  return `${safeLine(where)} serves ${safeLine(seen)}${safeLine(missed)}.`;
}

/** Something was done by then, and what runs now nobody has seen. */
function lostText(lost: string): string {
  const why = safeText(clauseOf(lost));
  return `Then the machine could not be asked any more, and what runs there now is not known: ${why}.`;
}

function thingText({ path, thing, outcome, reason, password, to }: RolledBack): string {
  const became =
    outcome === "left"
      ? (reason ?? "")
      : password !== undefined
        ? `it is ${password} again; where people have given the product the new one in its place, they give it that one back`
        : to === undefined
          ? outcome === "withdrawn"
            ? "taken out; what was there before it, if anything, is back"
            : "as it was proven last"
          : `now the certificate ${to}`;
  return `    ${safeLine(path)}: ${safeLine(thing)}: ${safeText(became)}`;
}

function outlook(isRolledBack: boolean, second: Attempt | undefined): string {
  if (isRolledBack && second !== undefined && wentWell(second))
    return "What is declared is still to be delivered: put right what failed, then plan and apply again.";
  return "The activation is still owed: put right what failed, look whether the product runs, then apply again.";
}

/** Each cause once, the steps' before the probes'. */
function diagnosesOf({ failure, sights }: Attempt): Diagnosis[] {
  const lines = (failure?.outcome?.output ?? "").split("\n");
  const found = [...lines.map((line) => diagnose(line)), ...sights.map(({ diagnosis }) => diagnosis)];
  const byRule = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.rule, one] as const])));
  return [...byRule.values()].slice(0, MAXIMUM_DIAGNOSES);
}

const MAXIMUM_DIAGNOSES = 3;
const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 2_048;

/** Indented, so that Terraform leaves the lines as they are. */
function lastLines(output: string): string {
  const lines = safeText(output)
    .slice(-SHOWN_CHARACTERS)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines
    .slice(-SHOWN_LINES)
    .map((line) => `    ${line}`)
    .join("\n");
}

function safeLine(text: string): string {
  return terminalLine(safeText(text));
}
