import type { HostPlatform } from "../model";
import { shellQuote } from "./shell";

/** Variable of a runbook's commands: set once at the beginning of a run, and what its copies end in. */
export const RUN_VARIABLE = "TRUST_RUN";

/** What the run's variable expands to in a command. */
export function runWord(platform: HostPlatform): string {
  return platform === "windows" ? `%${RUN_VARIABLE}%` : `"$${RUN_VARIABLE}"`;
}

/**
 * What a run of a runbook makes of a file before it is changed, as a word of a command: its copy, or the mark that it
 * was `absent`.
 */
export function copyOfRun(
  platform: HostPlatform,
  path: string,
  state: "before" | "absent" = "before",
): string {
  const copy = shellQuote(platform, `${path}.${state}-`);
  return platform === "windows" && copy.endsWith('"')
    ? `${copy.slice(0, -1)}${runWord(platform)}"`
    : `${copy}${runWord(platform)}`;
}
