import type { IdentityPlan, Policy, TrustPlan } from "../model";
import type { Lock } from "./lock";
import { requirePolicy } from "./lockPolicy";
import { observeHosts } from "./observe";
import type { ObservationChange } from "./observeAnchors";
import { type PinOptions, pinIdentities } from "./pin";
import type { PinChange } from "./pinChange";
import { pruneLock } from "./prune";
import { recordRequests } from "./recordRequests";
import type { LockSession } from "./session";

export interface UpdateOptions extends Pick<
  PinOptions,
  "now" | "randomBytes" | "readFile" | "resolveSecret" | "renewWithinDays" | "trustsAnew"
> {
  /** What the stacks of the environment declare; all of them where `prune` is set. */
  readonly plans: readonly TrustPlan[];
  readonly session: LockSession;
  /** Directory that the roots of local hosts are relative to. */
  readonly projectDirectory: string;
  /** Whether hosts are read; `reached` leaves those that are not reached as they were seen last. */
  readonly observe: boolean | "reached";
  /** Whether what no plan declares is dropped. */
  readonly prune: boolean;
  /** Ids of identities that get a new generation although nothing else asks for it. @default - none */
  readonly renew?: readonly string[];
  /** What the environment allows of its identities. @default - what each of them declares */
  readonly policy?: Policy;
}

export interface UpdateResult {
  /** Undefined where there is none, and nothing that would need one. */
  readonly lock: Lock | undefined;
  readonly changes: readonly PinChange[];
  readonly observations: readonly ObservationChange[];
}

/**
 * Brings an environment's lock to hold what its stacks declare, and writes it once, at the end: all of it
 * or, where anything fails, nothing.
 *
 * @throws LockError as `observeHosts`, `pinIdentities`, `requirePolicy` and `LockSession` do
 */
export async function updateLock(options: UpdateOptions): Promise<UpdateResult> {
  const { plans, session } = options;
  const before = session.lock;
  const observed = options.observe !== false ? await observeAll(before, options) : unchanged(before);
  const pinned = pinAll(observed.lock, options);
  // A certificate that was pinned from a file just now may be in a truststore already.
  const again =
    options.observe !== false && pinned.changes.length > 0
      ? await observeAll(pinned.lock, options)
      : unchanged(pinned.lock);
  const pruned =
    again.lock === undefined || !options.prune ? unchanged(again.lock) : pruneLock(again.lock, plans);

  if (pruned.lock !== undefined) {
    requirePolicy({ before, after: pruned.lock, policy: options.policy, environment: session.environment });
  }
  if (pruned.lock !== undefined && (pruned.lock !== before || !session.isSigned)) {
    session.save(recordRequests(pruned.lock, declaredBy(plans)));
  }
  return {
    lock: session.lock,
    changes: [...observed.changes, ...pinned.changes, ...pruned.changes],
    observations: [...observed.observations, ...again.observations],
  };
}

function declaredBy(plans: readonly TrustPlan[]): IdentityPlan[] {
  return plans.flatMap(({ identities }) => identities);
}

async function observeAll(lock: Lock | undefined, options: UpdateOptions): Promise<UpdateResult> {
  let result = unchanged(lock);
  for (const plan of options.plans) {
    const observed = await observeHosts({
      ...options,
      plan,
      lock: result.lock,
      open: () => options.session.open(),
      keepsUnreached: options.observe === "reached",
    });
    result = joined(result, observed);
  }
  return result;
}

function pinAll(lock: Lock | undefined, options: UpdateOptions): UpdateResult {
  let result = unchanged(lock);
  for (const plan of options.plans) {
    // A stack after the first finds what it shares with that one renewed already.
    const renewed = new Set(result.changes.map(({ id }) => id));
    const renew = new Set(options.renew?.filter((id) => !renewed.has(id)));
    const open = () => options.session.open();
    const pinned = pinIdentities({ ...options, plan, lock: result.lock, open, frozen: false, renew });
    result = joined(result, { ...pinned, observations: [] });
  }
  return result;
}

function unchanged(lock: Lock | undefined): UpdateResult {
  return { lock, changes: [], observations: [] };
}

function joined(before: UpdateResult, after: UpdateResult): UpdateResult {
  return {
    lock: after.lock,
    changes: [...before.changes, ...after.changes],
    observations: [...before.observations, ...after.observations],
  };
}
