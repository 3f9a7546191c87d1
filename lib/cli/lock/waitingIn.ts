import { type Lock, type WaitingFor, waitingFor } from "../../lock";
import type { TrustPlan } from "../../model";

/** What the stacks declare and waits for a certificate, each once. */
export function waitingIn(lock: Lock | undefined, plans: readonly TrustPlan[]): readonly WaitingFor[] {
  if (lock === undefined) return [];
  const all = plans.flatMap(({ identities }) => waitingFor(lock, identities));
  return [...new Map(all.map((waiting) => [waiting.id, waiting])).values()];
}

export function waitingLines(waiting: readonly WaitingFor[]): string[] {
  return waiting.map(({ id, facts, remedy }) => `${id}: ${facts}. ${remedy}`);
}
