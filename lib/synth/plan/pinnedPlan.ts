import { type Lock, observedAlias, pinnedIdentity } from "../../lock";
import { type EntryPlan, type TrustPlan, certificateAt, placeOf, planIndex } from "../../model";
import { withBothGenerations } from "./bothGenerations";

/**
 * The plan with what the lock says: the certificates of its identities, of both generations while one changes in phases,
 * and which truststore entries are left out because somebody else's entry of the store holds their certificate already,
 * as the lock observed.
 */
export function pinnedPlan(declared: TrustPlan, lock: Lock): TrustPlan {
  const identities = declared.identities.map((identity) => {
    const pinned = pinnedIdentity(lock, identity.id);
    return pinned === undefined ? identity : { ...identity, pinned };
  });
  const plan = withBothGenerations({ ...declared, identities });
  const entries = plan.entries.map((entry) =>
    isObserved(entry, plan, lock) ? { ...entry, leftOut: true as const } : entry,
  );
  return { ...plan, entries };
}

function isObserved(entry: EntryPlan, plan: TrustPlan, lock: Lock): boolean {
  if (entry.kind !== "anchor" || !entry.unlessAlreadyTrusted) return false;
  const index = planIndex(plan);
  const store = index.store(entry.storeId);
  const pinned = index.identity(entry.identityId)?.pinned;
  if (store === undefined || pinned === undefined) return false;
  const { sha256 } = certificateAt(pinned, entry.part);
  return observedAlias(lock, placeOf(store.hostId, store.path), sha256) !== undefined;
}
