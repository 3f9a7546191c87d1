import { type CertificateSummary, type SecretReference, TrustError, type TrustPlan } from "../model";
import { isSameChain, summarise } from "../pki";
import { certificateOf } from "./certificates";
import { type FoundStore, HostStores } from "./hostStores";
import { type Lock, type LockedIdentity, leafOf } from "./lock";
import { changedReason, identityEntry } from "./observeIdentity";

/** An adopted certificate that is another on its host than the lock pins. */
export interface AdoptedDrift {
  readonly id: string;
  /** `HOST:PATH#ALIAS`. */
  readonly place: string;
  readonly pinned: CertificateSummary;
  /** Absent where the host has no such identity any more. */
  readonly presented?: CertificateSummary;
  /** What became of it, for people. */
  readonly reason: string;
}

/** An adopted certificate that could not be looked at from here. */
export interface UnseenIdentity {
  readonly id: string;
  /** `HOST:PATH#ALIAS`. */
  readonly place: string;
  readonly reason: string;
}

export interface DriftReport {
  readonly drifted: readonly AdoptedDrift[];
  readonly unseen: readonly UnseenIdentity[];
}

export interface DriftOptions {
  readonly plan: TrustPlan;
  readonly lock: Lock;
  /** Directory that the roots of local hosts are relative to. */
  readonly projectDirectory: string;
  readonly resolveSecret: (reference: SecretReference) => string;
}

/**
 * Compares the adopted certificates that a lock pins with what their hosts hold, as far as these can be read: no key of
 * the lock is needed, and nothing is changed. Identities that the lock does not hold as they are declared are passed
 * over, because they have to be observed anyway.
 */
export async function findAdoptedDrift(options: DriftOptions): Promise<DriftReport> {
  const { plan, lock } = options;
  const stores = new HostStores(plan, options.projectDirectory, options.resolveSecret);
  const drifted: AdoptedDrift[] = [];
  const unseen: UnseenIdentity[] = [];
  for (const { id, request } of plan.identities) {
    const pinned = lock.identities.get(id);
    if (request.kind !== "existing" || pinned?.kind !== "existing") continue;
    if (stores.planOf(request.storeId) === undefined) continue;
    const place = `${stores.placeOf(request.storeId)}#${request.alias}`;
    const found = await attempt(async () => await stores.find(request.storeId));
    if (typeof found === "string") unseen.push({ id, place, reason: found });
    else if (found === undefined) {
      unseen.push({ id, place, reason: `${stores.placeOf(request.storeId)}: the file is missing` });
    } else drifted.push(...compare({ id, place, pinned }, found, request.alias));
  }
  return { drifted, unseen };
}

function compare(
  { id, place, pinned }: { readonly id: string; readonly place: string; readonly pinned: LockedIdentity },
  found: FoundStore,
  alias: string,
): AdoptedDrift[] {
  const drift = { id, place, pinned: summarise(certificateOf(leafOf(pinned))) };
  try {
    const { chain } = identityEntry(found, alias);
    if (isSameChain(pinned.chain, chain)) return [];
    const presented = summarise(certificateOf(leafOf({ generation: pinned.generation, chain })));
    return [{ ...drift, presented, reason: changedReason(pinned, chain) }];
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return [{ ...drift, reason: error.message }];
  }
}

/** What an attempt gives, or why it failed. */
async function attempt<Result>(action: () => Promise<Result>): Promise<Result | string> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return error.message;
  }
}
