import { generalPasswordStep, type PasswordStepPlan, placeOf, type TrustPlan } from "../../model";
import { markdownCode } from "../../text";

/** What people do about each store that gets another password: what its products say, or where none does, in general. */
export function passwordStepsOf(
  declared: readonly PasswordStepPlan[],
  stores: TrustPlan["stores"],
): PasswordStepPlan[] {
  const told = new Set(declared.flatMap(({ hostId, paths }) => paths.map((path) => placeOf(hostId, path))));
  const general = stores.flatMap(({ id, hostId, path, password, formerPassword }) => {
    if (formerPassword === undefined || told.has(placeOf(hostId, path))) return [];
    const replacement = { files: markdownCode(path), from: formerPassword, to: password };
    return [
      { id, hostId, label: id, paths: [path], text: generalPasswordStep("what reads it", replacement) },
    ];
  });
  return [...declared, ...general];
}
