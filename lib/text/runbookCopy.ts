import type { HostPlatform } from "../model";
import { shellQuote } from "./shell";

/** Variable of a runbook's commands: set once at the beginning of a run, and what its copies end in. */
export const RUN_VARIABLE = "TRUST_RUN";

/** What the run's variable expands to in a command. */
export function runWord(platform: HostPlatform): string {
  return platform === "windows" ? `%${RUN_VARIABLE}%` : `"$${RUN_VARIABLE}"`;
}

/** The copy that a run of a runbook makes of a file before it is changed, as a word of a command. */
export function copyOfRun(platform: HostPlatform, path: string): string {
  const copy = shellQuote(platform, `${path}.before-`);
  return platform === "windows" && copy.endsWith('"')
    ? `${copy.slice(0, -1)}${runWord(platform)}"`
    : `${copy}${runWord(platform)}`;
}
