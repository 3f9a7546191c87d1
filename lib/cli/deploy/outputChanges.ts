import { shortly } from "./changeValues";
import { type PlanJson, showable } from "./planJson";
import type { ChangeWord, PlannedChange } from "./plannedChange";

/** What changes in the outputs of a stack, for example a fingerprint that a partner asks for. */
export function outputChanges({ output_changes: outputs = {} }: PlanJson): PlannedChange[] {
  return Object.entries(outputs).flatMap(([name, change]): PlannedChange[] => {
    const word = { create: "added", update: "changed", delete: "removed" }[change.actions.join()];
    if (word === undefined) return [];
    const before = showable(change.before, change.before_sensitive, false);
    const after = showable(change.after, change.after_sensitive, change.after_unknown);
    const values = [
      ...(before === null || before === undefined ? [] : [shortly(before)]),
      ...(word === "removed" ? [] : [shortly(after)]),
    ];
    return [{ address: name, change: word as ChangeWord, kind: "output", details: [values.join(" → ")] }];
  });
}
