import { openPlannedHost } from "../../hosts";
import { type Evidence, type Lock, lockPath, noLock, withEvidence } from "../../lock";
import { LOCAL_ENVIRONMENT, type TrustPlan, joinPlans } from "../../model";
import { type Collected, type PlacedEvidence, type RotationPlace, collectEvidence } from "../../rotation";
import { noStacks } from "../deploy/errors";
import type { CliIo } from "../io";
import { type LockContext, declaredPlans, lockContext } from "../lock/context";
import type { LockFlags } from "../lock/options";

/** What all steps of a rotation start from. */
export interface RotationContext extends LockContext {
  readonly lock: Lock;
  /** What the stacks of the environment declare, one by one and together. */
  readonly plans: readonly TrustPlan[];
  readonly plan: TrustPlan;
}

/** @throws LockError where there is no lock, or none that can be read */
export async function rotationContext(
  io: CliIo,
  flags: Pick<LockFlags, "environment" | "key" | "json">,
): Promise<RotationContext> {
  const context = lockContext(io, flags);
  const { lock } = context.session;
  if (lock === undefined)
    throw noLock(lockPath(context.project.directory, context.environment), context.environment);
  const plans = await declaredPlans(io, context, flags);
  const [first, ...others] = plans;
  if (first === undefined) throw noStacks();
  return { ...context, lock, plans, plan: joinPlans([first, ...others]) };
}

/** What the hosts show, as far as they can be reached from here. */
export async function lookAtHosts(
  { plan, project, resolveSecret }: RotationContext,
  places: readonly RotationPlace[],
  now: Date,
): Promise<Collected> {
  const hosts = new Map(plan.hosts.map((host) => [host.id, host]));
  const openHost = (hostId: string) => {
    const host = hosts.get(hostId);
    const options = { projectDirectory: project.directory, resolveSecret };
    return host === undefined ? undefined : openPlannedHost(host, options);
  };
  return await collectEvidence(places, { openHost, now });
}

/** The lock with evidence of several identities; itself where it says nothing new. */
export function withPlacedEvidence(lock: Lock, found: readonly PlacedEvidence[]): Lock {
  const byIdentity = new Map<string, Evidence[]>();
  for (const { place, evidence } of found)
    byIdentity.set(place.identityId, [...(byIdentity.get(place.identityId) ?? []), evidence]);
  return [...byIdentity].reduce((before, [id, evidence]) => withEvidence(before, id, evidence), lock);
}

/** A command as people paste it, for this environment. */
export function commandFor(
  { environment }: Pick<RotationContext, "environment">,
  ...words: readonly string[]
): string {
  const named = environment === LOCAL_ENVIRONMENT ? [] : ["--environment", environment];
  return ["cdktf-trust", ...words, ...named].join(" ");
}
