import { type Context, createContext, Script } from "node:vm";
import { systemCode } from "../model/systemCode";

/** Many times what a sane pattern takes for the largest file; some take longer than the universe has. */
const patternTimeoutMs = 2_000;

interface Search {
  readonly pattern: RegExp;
  readonly lines: readonly string[];
  matches: boolean[];
}

const script = new Script("matches = lines.map((line) => pattern.test(line));");
let search: (Search & Context) | undefined;

/**
 * Which of the lines match, in their order; undefined where finding out takes too long. JavaScript searches
 * by trial and error, and nothing but a watchdog ends it: only code in a context can have one.
 *
 * @throws SyntaxError, RangeError - where the engine finds only now that the pattern is too large for it
 */
export function matchLines(
  pattern: RegExp,
  lines: readonly string[],
  timeoutMs = patternTimeoutMs,
): readonly boolean[] | undefined {
  search ??= createContext({ pattern, lines, matches: [] }) as Search & Context;
  Object.assign(search, { pattern, lines, matches: [] });
  try {
    script.runInContext(search, { timeout: timeoutMs });
    return search.matches;
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return systemCode(error) === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
