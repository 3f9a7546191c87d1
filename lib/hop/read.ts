import { clauseOf, type Finding, placeOf, planIndex, TrustError, type TrustPlan } from "../model";
import { type RuleId, finding, refusal } from "../rules";

/** What was read, where it could be, and what there is to say about it. */
export interface Read<Value> {
  /** Absent where it is not there, or cannot be opened. */
  readonly value?: Value;
  readonly findings: readonly Finding[];
}

/** What is neither there nor missed: the lock does not know it yet. */
export const unknown: Read<never> = { findings: [] };

/** What keeps something from being read. */
export function missed({ finding }: { readonly finding: Finding }): Read<never> {
  return { findings: [finding] };
}

/** An error as something found; log texts that the rule has are quoted with `about` in them. */
export function found(
  rule: RuleId,
  subject: string,
  facts: string,
  about?: string,
): { readonly finding: Finding } {
  const quotation = about === undefined ? {} : { about };
  return { finding: finding(subject, refusal(rule, facts, undefined, quotation), "error") };
}

/** A typed error as something found; anything else is a defect and goes on. */
export function problem(
  rule: RuleId,
  subject: string,
  error: unknown,
  place?: string,
): { readonly finding: Finding } {
  if (!(error instanceof TrustError)) throw error;
  const facts = clauseOf(error.message);
  return found(rule, subject, place === undefined ? facts : `${place}: ${facts}`);
}

/** Where a declared file is, for people. */
export function placeOfFile(plan: TrustPlan, fileId: string): string | undefined {
  const file = planIndex(plan).file(fileId);
  return file === undefined ? undefined : placeOf(file.hostId, file.path);
}

/** A part that the plan names and does not hold. */
export function undeclared(id: string): { readonly finding: Finding } {
  return found("not-declared", id, `the plan speaks of ${id}, which it does not declare`);
}
