import type { Finding, FindingLevel } from "../../model";
import type { Refusal } from "../../rules";

/** A finding about a part of the plan. */
export function finding(level: FindingLevel, subject: string, { rule, message }: Refusal): Finding {
  return { level, rule, subject, message };
}
