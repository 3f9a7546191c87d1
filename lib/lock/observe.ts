import { type SecretReference, TrustError, type TrustPlan } from "../model";
import { isUnreached } from "../hosts";
import { cannotObserve } from "./errors";
import { HostStores } from "./hostStores";
import type { Lock, TruststoreObservation } from "./lock";
import { type ObservationChange, foreignAnchors, observationChanges } from "./observeAnchors";
import { observeIdentity } from "./observeIdentity";
import type { OpenLock } from "./openLock";
import type { PinChange } from "./pinChange";
import { reliancesOf } from "./reliance";

export interface ObserveOptions {
  readonly plan: TrustPlan;
  /** Absent where the environment has none yet. */
  readonly lock: Lock | undefined;
  /** Makes a lock; called only where there is none and something was observed. */
  readonly open: () => OpenLock;
  /** Directory that the roots of local hosts are relative to. */
  readonly projectDirectory: string;
  readonly resolveSecret: (reference: SecretReference) => string;
  readonly now: Date;
  /**
   * Whether a machine that is not reached stays as it was seen last, where it was: what is delivered says so.
   *
   * @default false - it is an error
   */
  readonly keepsUnreached?: boolean;
}

export interface ObserveResult {
  /** The lock that was given, itself, where nothing changed. */
  readonly lock: Lock | undefined;
  readonly changes: readonly PinChange[];
  readonly observations: readonly ObservationChange[];
}

/**
 * Reads what stays on its host: pins the certificates of existing identities with what others must trust,
 * and notes which relying truststores hold such an anchor already, under somebody else's alias. Hosts are
 * only read. Truststores on hosts that nobody logs in to are passed over.
 *
 * @throws LockError `cannot-observe` with every identity and store that could not be read, and why
 */
export async function observeHosts(options: ObserveOptions): Promise<ObserveResult> {
  const { plan } = options;
  const stores = new HostStores(plan, options.projectDirectory, options.resolveSecret);
  const problems: string[] = [];
  const attempt = async (wasSeen: boolean, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof TrustError)) throw error;
      if (options.keepsUnreached === true && wasSeen && isUnreached(error.cause)) return;
      problems.push(error.message);
    }
  };

  const identities = new Map(options.lock?.identities);
  const changes: PinChange[] = [];
  for (const { id, request } of plan.identities) {
    if (request.kind !== "existing" || stores.planOf(request.storeId) === undefined) continue;
    const before = identities.get(id);
    await attempt(before !== undefined, async () => {
      const { identity, reason } = await observeIdentity(id, request, before, { stores, plan });
      if (reason === undefined) return;
      identities.set(id, identity);
      changes.push({ id, action: "observed", generation: identity.generation, reason });
    });
  }

  const before = options.lock?.observations ?? new Map<string, TruststoreObservation>();
  const observations = new Map(before);
  for (const storeId of new Set(reliancesOf(plan).map((reliance) => reliance.storeId))) {
    if (!stores.isReadable(storeId)) continue;
    await attempt(true, async () => {
      const place = stores.placeOf(storeId);
      const anchors = await foreignAnchors(storeId, { stores, plan, identities });
      if (anchors.size === 0) observations.delete(place);
      else if (!holds(before.get(place), anchors)) {
        observations.set(place, { anchors, at: options.now.toISOString() });
      }
    });
  }
  if (problems.length > 0) throw cannotObserve([...new Set(problems)]);

  const found = observationChanges(before, observations);
  if (changes.length === 0 && found.length === 0) return { lock: options.lock, changes, observations: found };
  const lock = options.lock ?? options.open().lock;
  return { lock: { ...lock, identities, observations }, changes, observations: found };
}

function holds(
  observation: TruststoreObservation | undefined,
  anchors: ReadonlyMap<string, string>,
): boolean {
  return (
    observation?.anchors.size === anchors.size &&
    [...anchors].every(([sha256, alias]) => observation.anchors.get(sha256) === alias)
  );
}
