/** Why a side refuses the other, in the operator's words. */
export interface Refusal {
  /** Stable name of the rule; `docs/verdicts.md` has a section for each. */
  readonly rule: string;
  /** What was found, with the message that the product logs, and what to do. */
  readonly message: string;
}

export function refusal(rule: string, cause: string, remedy: string): Refusal {
  return { rule, message: `${cause}; ${remedy}` };
}
