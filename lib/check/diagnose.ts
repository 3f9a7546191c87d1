import { type NextStep, type Rule, type RuleId, RULES, tellsOfPeer } from "../rules";

/** What an error text means, and what to do about it. */
export interface Diagnosis {
  readonly rule: RuleId;
  readonly cause: string;
  readonly remedy: string;
  /** Where to go on, and what the text leaves open; absent where no text told. */
  readonly next?: NextStep;
}

/**
 * What a line of a product's log, or the text of an error, means: its cause and what to do, in the words of
 * the catalogue. Undefined where the text is not known.
 */
export function diagnose(text: string): Diagnosis | undefined {
  const rule = RULE_IDS.find((id) => RULES[id].pattern?.test(text));
  if (rule === undefined) return undefined;
  const { next, ...words } = diagnosisOf(rule);
  if (next === undefined) return words;
  // An alert tells what the other side thinks, whatever it is about.
  return { ...words, next: tellsOfPeer(text) ? { ...next, log: "peer" } : next };
}

/** A rule's own words. */
export function diagnosisOf(rule: RuleId): Diagnosis {
  const { cause, remedy, next }: Rule = RULES[rule];
  return { rule, cause, remedy, ...(next === undefined ? {} : { next }) };
}

/** In the catalogue's order: the more telling texts first. */
const RULE_IDS = Object.keys(RULES) as RuleId[];
