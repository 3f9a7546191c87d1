import { type AdoptedDrift, type DriftReport, type UnseenIdentity, findAdoptedDrift } from "../../lock";
import type { CertificateSummary, TrustPlan } from "../../model";
import { day } from "../../model/day";
import { groupBy } from "../../model/groupBy";
import type { LockContext } from "./context";

/** The drift of all that the plans adopt; what several declare is there once. */
export async function adoptedDrift(
  { session, project, resolveSecret }: LockContext,
  plans: readonly TrustPlan[],
): Promise<DriftReport> {
  const { lock } = session;
  const drifted = new Map<string, AdoptedDrift>();
  const unseen = new Map<string, UnseenIdentity>();
  if (lock === undefined) return { drifted: [], unseen: [] };
  for (const plan of plans) {
    const report = await findAdoptedDrift({ plan, lock, projectDirectory: project.directory, resolveSecret });
    for (const drift of report.drifted) drifted.set(drift.id, drift);
    for (const identity of report.unseen) unseen.set(identity.id, identity);
  }
  return { drifted: [...drifted.values()], unseen: [...unseen.values()] };
}

/** Whether a plan adopts a certificate, so that there is something to compare. */
export function adoptsAny({ identities }: TrustPlan): boolean {
  return identities.some(({ request }) => request.kind === "existing");
}

/** One line each: what the lock pins, what the host presents, and what to run. */
export function driftLines({ drifted }: DriftReport, environment: string): string[] {
  return drifted.map(
    ({ id, place, pinned, presented, reason }) =>
      `${id}: ${reason}. The lock pins ${named(pinned)}; ${place} presents ` +
      `${presented === undefined ? "none of that alias" : named(presented)}. Run \`${observeCommand(environment)}\`, ` +
      "review the change and commit it, before what relies on this certificate is deployed",
  );
}

/** What could not be compared, one line for each reason. */
export function unseenLines({ unseen }: DriftReport): string[] {
  const byReason = groupBy(unseen, ({ reason }) => reason);
  return [...byReason].map(
    ([reason, identities]) =>
      `not compared with what is on the host: ${identities.map(({ id }) => id).join(", ")}: ${reason}`,
  );
}

/** What brings the lock up to what hosts hold. */
export function observeCommand(environment: string): string {
  return `cdktf-trust lock --observe --environment ${environment}`;
}

function named({ subject, notAfter, sha256 }: CertificateSummary): string {
  return `${subject}, until ${day(notAfter)}, SHA-256 ${sha256}`;
}
