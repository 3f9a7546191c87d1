import type { StackOutput } from "./manifest";

/** What synth warned of, once each, whichever stacks it concerns. */
export function warningsOfSynth(stacks: readonly StackOutput[]): string[] {
  return [...new Set(stacks.flatMap(({ warnings }) => warnings))];
}
