import { placeOf, type TrustPlan } from "../../model";
import type { PlannedChange } from "./plannedChange";

/** What people do before the deploy, so that products open what it puts under another password: a line each. */
export function passwordNotes(plan: TrustPlan, planned: readonly PlannedChange[]): string[] {
  const changed = new Set(planned.filter(getsPassword).map(({ place }) => place));
  return (plan.passwordSteps ?? []).flatMap(({ hostId, label, paths, text }) =>
    paths.some((path) => changed.has(placeOf(hostId, path)))
      ? [`people give ${label} the new password: ${text}`]
      : [],
  );
}

/** A store that is put under it, or may be when it is first declared, and a key file, which is written anew. */
function getsPassword({ change, kind, isRekeyed }: PlannedChange): boolean {
  return isRekeyed === true || change === "added" || (kind === "key file" && change === "changed");
}
