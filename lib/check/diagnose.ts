import { RULES, type RuleId } from "../rules";

/** What an error text means, and what to do about it. */
export interface Diagnosis {
  readonly rule: RuleId;
  readonly cause: string;
  readonly remedy: string;
}

/**
 * What a line of a product's log, or the text of an error, means: its cause and what to do, in the words of
 * the catalogue. Undefined where the text is not known.
 */
export function diagnose(text: string): Diagnosis | undefined {
  const rule = RULE_IDS.find((id) => RULES[id].pattern?.test(text));
  return rule === undefined ? undefined : { rule, cause: RULES[rule].cause, remedy: RULES[rule].remedy };
}

/** In the catalogue's order: the more telling texts first. */
const RULE_IDS = Object.keys(RULES) as RuleId[];
