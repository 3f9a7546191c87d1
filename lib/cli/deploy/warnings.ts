import type { Output, StackOutput } from "./manifest";

/** What synth warned of, once each, whichever stacks it concerns. */
export function warningsOfSynth(stacks: readonly StackOutput[]): string[] {
  return [...new Set(stacks.flatMap(({ warnings }) => warnings))];
}

/** One line for the stacks that are not ours. */
export function plainLines({ plain }: Pick<Output, "plain">): string[] {
  return plain.length === 0 ? [] : [`left to cdktf, being no TrustStack: ${plain.join(", ")}`];
}
