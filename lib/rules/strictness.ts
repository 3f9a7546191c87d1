import type { Finding } from "../model";
import { RULES } from "./catalogue";
import type { Rule } from "./catalogue/rule";
import { finding } from "./finding";
import type { Refusal } from "./refusal";

/**
 * What is refused by our own strictness alone: an error that says so, or a warning where its call is declared with
 * `strict: false`. A rule that is never ours by the catalogue is an error either way.
 *
 * @param peer who would let it pass, for example `Java`
 * @param letPassBecause the declared reason for letting it pass; undefined where it is not to pass
 */
export function ourFinding(
  subject: string,
  reason: Refusal,
  peer: string,
  letPassBecause: string | undefined,
): Finding {
  const { ours }: Rule = RULES[reason.rule];
  if (ours === undefined) return finding(subject, reason, "error");
  const { message, remedy } = reason;
  if (letPassBecause === undefined) {
    const said = {
      ...reason,
      message: `${message}: ${peer} would let this pass; we do not, because ${ours.because}`,
      remedy: `${remedy}; or declare the call with strict: false and the reason`,
    };
    return finding(subject, said, "error");
  }
  const said = { ...reason, message: `${message}: let pass as ${peer} does, because "${letPassBecause}"` };
  return { ...finding(subject, said, "warning"), letPassBecause };
}
