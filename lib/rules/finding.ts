import type { Finding, FindingLevel } from "../model";
import { RULES } from "./catalogue";
import type { Refusal } from "./refusal";

/**
 * What a rule has to say about a part of the plan, or of a store.
 *
 * @param level where the case decides it
 * @default what the catalogue says
 */
export function finding(
  subject: string,
  { rule, message, remedy }: Refusal,
  level: FindingLevel = RULES[rule].level ?? "error",
): Finding {
  return { level, rule, subject, message, remedy };
}

/** Message and remedy in one line, for people. */
export function sentenceOf({ message, remedy }: Pick<Finding, "message" | "remedy">): string {
  return `${message}; ${remedy}`;
}
