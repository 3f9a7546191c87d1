import { placeOf } from "../../model";
import type { Output, StackOutput } from "./manifest";

/** What synth warned of, once each, whichever stacks it concerns. */
export function warningsOfSynth(stacks: readonly StackOutput[]): string[] {
  return [...new Set(stacks.flatMap(({ warnings }) => warnings))];
}

/** What people do before a destroy, for each file that says so. */
export function warningsOfDestroy(stacks: readonly StackOutput[]): string[] {
  return stacks.flatMap(({ plan }) =>
    plan.files.flatMap(({ hostId, path, beforeDestroy }) =>
      beforeDestroy === undefined ? [] : [`${placeOf(hostId, path)}: ${beforeDestroy}`],
    ),
  );
}

/** One line for the stacks that are not ours. */
export function plainLines({ plain }: Pick<Output, "plain">): string[] {
  return plain.length === 0 ? [] : [`left to cdktf, being no TrustStack: ${plain.join(", ")}`];
}
