import type { TrustPlan } from "./plan";

/** Whose what a stack delivers is, as states and records on hosts name it: `project/environment/stack`. */
export function ownerOf({
  project,
  environment,
  stack,
}: Pick<TrustPlan, "project" | "environment" | "stack">): string {
  return `${project}/${environment}/${stack}`;
}
