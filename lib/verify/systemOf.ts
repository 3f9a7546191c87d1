import type { SystemPlan, TrustPlan } from "../model";

/** The system whose part an id names; parts are named below it. */
export function systemOf({ systems }: TrustPlan, id: string): SystemPlan | undefined {
  const around = systems.filter((system) => id.startsWith(`${system.id}/`));
  return around.toSorted((one, other) => other.id.length - one.id.length)[0];
}
