import { type TrustPlan, planIndex } from "../../model";
import { reachedHost } from "./reachedHost";

/** A store that gets another password, as the block of our provider calls it. */
export interface PasswordChange {
  readonly host: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** The stores of reached hosts that get another password; people change those of the others. */
export function passwordChangesOf(plan: TrustPlan): readonly PasswordChange[] {
  const index = planIndex(plan);
  return plan.stores.flatMap(({ hostId, path, password, formerPassword }) => {
    const reached = reachedHost(index, hostId);
    if (reached === undefined || formerPassword === undefined) return [];
    return [{ host: reached.address, path, from: formerPassword, to: password }];
  });
}
