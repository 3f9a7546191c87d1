import { posixQuote } from "../../../text";

/** The command that says everything of a hop, for a shell. */
export function explainCommand(hopId: string, environment: string): string {
  // An id that no shell can be told is none that a stack has.
  return `${EXPLAIN}${posixQuote(hopId.replace(/[\0\p{Cs}]/gu, "?"))}${environmentOption(environment)}`;
}

export const EXPLAIN = "cdktf-trust explain ";

export function environmentOption(environment: string): string {
  return ` --environment ${posixQuote(environment)}`;
}
