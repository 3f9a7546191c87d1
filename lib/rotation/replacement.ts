import type { Lock, LockedIdentity } from "../lock";
import {
  type AnchorsLocation,
  type HopPlan,
  type IdentityLocation,
  type PlanIndex,
  type TrustPlan,
  joinPlans,
  planIndex,
} from "../model";
import { placesOf } from "./places";
import type { RotationPlace } from "./rotationPlace";

/** Identities that got another generation at once, without the steps of a rotation. */
export interface Replaced {
  readonly plans: readonly TrustPlan[];
  readonly before: Lock;
  readonly after: Lock;
  readonly identityIds: readonly string[];
}

/** A call one of whose ends gets another certificate at once. */
export interface ReplacedHop {
  readonly hop: HopPlan;
  /**
   * What no deploy makes read its files again: from the deploy on, the call fails until people have. None where the
   * deploy itself keeps it alive, by its order.
   */
  readonly waitsFor: readonly RotationPlace[];
}

/** The calls of replaced identities, as they stand in the plans. */
export function replacedHops({ plans, before, after, identityIds }: Replaced): ReplacedHop[] {
  const [first, ...others] = plans;
  if (first === undefined) return [];
  const plan = joinPlans([first, ...others]);
  const index = planIndex(plan);
  const waiting = placesOf(plans, asRotation(before, after, identityIds), identityIds).filter(waitsForPeople);
  return plan.hops.flatMap((hop): ReplacedHop[] => {
    const ends = endsOf(index, hop);
    if (!ends.some(({ identityId }) => identityIds.includes(identityId))) return [];
    return [{ hop, waitsFor: waiting.filter((place) => ends.some((end) => isAt(place, end))) }];
  });
}

/**
 * The lock as if the former generations were the other ones of a rotation, which is how those who trust and present the
 * new ones are found.
 */
export function asRotation(before: Lock, after: Lock, identityIds: readonly string[]): Lock {
  const identities = new Map(after.identities);
  for (const id of identityIds) {
    const [former, current] = [before.identities.get(id), after.identities.get(id)];
    if (former === undefined || current === undefined) continue;
    identities.set(id, { ...current, rotation: { phase: "switched", other: former, evidence: [] } });
  }
  return { ...after, identities };
}

/** Whether nothing that a deploy does lets a process read a file: its commands do, and so does a call that reads it. */
function waitsForPeople({ isOurs, readers, leftOut }: RotationPlace): boolean {
  if (leftOut !== undefined) return false;
  return !isOurs || readers.length === 0 || readers.some(({ way }) => way.kind === "manual");
}

/** An end of a call: who presents an identity from where, or trusts it where. */
interface End {
  readonly identityId: string;
  readonly role: RotationPlace["role"];
  readonly hostId: string;
  /** Undefined where the place is somebody else's. */
  readonly path: string | undefined;
}

function endsOf(index: PlanIndex, hop: HopPlan): End[] {
  const endpoint = index.endpoint(hop.endpointId);
  const binding = index.binding(hop.bindingId);
  const { clientHostId } = hop;
  if (endpoint === undefined) return [];
  const { hostId, identityId, clientAnchors, clientAuthentication } = endpoint;
  const served: End[] =
    identityId === undefined
      ? []
      : [
          { identityId, role: "presents", hostId, path: keyPath(index, endpoint.identity) },
          { identityId, role: "trusts", hostId: clientHostId, path: anchorsPath(index, hop.anchors) },
        ];
  if (binding === undefined || clientAuthentication === "none") return served;
  const own = { identityId: binding.identityId };
  return [
    ...served,
    { ...own, role: "presents", hostId: clientHostId, path: keyPath(index, binding.identity) },
    { ...own, role: "trusts", hostId, path: anchorsPath(index, clientAnchors) },
  ];
}

/** A place without a path is that of a host that nobody here may log in to. */
function isAt(place: RotationPlace, end: End): boolean {
  if (place.identityId !== end.identityId || place.role !== end.role || place.hostId !== end.hostId)
    return false;
  return place.path === "" || place.path === end.path;
}

function keyPath(index: PlanIndex, location: IdentityLocation): string | undefined {
  switch (location.kind) {
    case "store":
      return index.store(location.storeId)?.path;
    case "pem":
      return index.file(location.certificateFileId)?.path;
    case "outside":
      return undefined;
    default:
      return location satisfies never;
  }
}

function anchorsPath(index: PlanIndex, location: AnchorsLocation | undefined): string | undefined {
  switch (location?.kind) {
    case "store":
      return index.store(location.storeId)?.path;
    case "pem":
      return index.file(location.fileId)?.path;
    case "public-roots":
    case "outside":
    case undefined:
      return undefined;
    default:
      return location satisfies never;
  }
}

/** The identity that a lock holds; those that were replaced are in both locks. */
export function identityIn(lock: Lock, id: string): LockedIdentity {
  const identity = lock.identities.get(id);
  if (identity === undefined) throw new Error(`the lock was expected to hold ${id}`);
  return identity;
}
