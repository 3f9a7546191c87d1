import { type Lock, leafOf } from "../lock";
import {
  type FilePlan,
  type TrustPlan,
  isDeployedHost,
  joinPlans,
  nextPath,
  ownerOf,
  placeOf,
  planIndex,
  readBy,
  stackOf,
} from "../model";
import { generationsOf } from "./generations";
import type { PlaceReader, RotationPlace } from "./rotationPlace";
import { type TrustedAt, trustedAt } from "./trusted";

/** Something on a host that holds certificates. */
interface Part {
  readonly id: string;
  readonly hostId: string;
  readonly path: string;
}

/**
 * Where the newer generation of identities in rotation has to be read before the rotation goes on: who trusts them and
 * who presents them, over all stacks of an environment. Trusting is what is waited for once they are announced,
 * presenting once they are switched.
 *
 * @param plans what the stacks declare
 * @param identityIds the identities that move together
 */
export function placesOf(
  plans: readonly TrustPlan[],
  lock: Lock,
  identityIds: readonly string[],
): RotationPlace[] {
  const [first, ...others] = plans;
  if (first === undefined) return [];
  const plan = joinPlans([first, ...others]);
  const places = identityIds.flatMap((identityId): RotationPlace[] => {
    const generations = generationsOf(lock, identityId);
    if (generations === undefined) return [];
    const { generation } = generations.newer;
    const trusting = trustedAt(plan, lock, identityId, generations).flatMap((one) =>
      trustingPlace(plan, { identityId, generation }, one),
    );
    const certificates = [leafOf(generations.newer)];
    const presenting = presentingParts(plan, identityId).flatMap((part) =>
      placed(plan, part, { identityId, generation, role: "presents", certificates }, true),
    );
    return [...trusting, ...presenting];
  });
  return merged(places);
}

type Of = Pick<RotationPlace, "identityId" | "generation">;
type About = Of & Pick<RotationPlace, "role" | "certificates" | "leftOut">;

function trustingPlace(
  plan: TrustPlan,
  of: Of,
  { at, certificate, isDeclared, leftOut }: TrustedAt,
): RotationPlace[] {
  const about: About = {
    ...of,
    role: "trusts",
    certificates: [certificate],
    ...(leftOut === undefined ? {} : { leftOut }),
  };
  const index = planIndex(plan);
  switch (at.kind) {
    case "store":
      return placed(plan, index.store(at.storeId), about, isDeclared);
    case "file":
      return placed(plan, newerFile(index.file(at.fileId)), about, isDeclared);
    case "host":
      return [{ ...about, hostId: at.hostId, path: "", label: at.label, isOurs: false, readers: [] }];
    default:
      return at satisfies never;
  }
}

/** DER holds one certificate, so the newer one is read beside the older one's file. */
function newerFile(file: FilePlan | undefined): Part | undefined {
  const isDer = file?.content.kind === "certificate" && file.content.encoding === "der";
  return file !== undefined && isDer ? { ...file, path: nextPath(file.path) } : file;
}

function placed(plan: TrustPlan, part: Part | undefined, about: About, isDeclared: boolean): RotationPlace[] {
  const host = part === undefined ? undefined : planIndex(plan).host(part.hostId);
  if (part === undefined || host === undefined) return [];
  const readers = readersOf(plan, part);
  const label = [...new Set(readers.map((reader) => reader.label))].join(" and ") || labelOf(plan, part);
  // What is in a bundle is one step for those who unpack it.
  const path = isDeployedHost(host) ? part.path : "";
  const isOurs = isDeclared && path !== "";
  return [{ ...about, hostId: host.id, path, label, isOurs, readers: isOurs ? readers : [] }];
}

function readersOf(plan: TrustPlan, { id }: Part): PlaceReader[] {
  return (plan.activations ?? [])
    .filter((activation) => readBy(activation).includes(id))
    .map(({ label, way, id: activationId }) => ({
      owner: ownerOf({ ...plan, stack: stackOf(activationId) }),
      label,
      way,
    }));
}

/** The system whose part it is, by the id that it begins with. */
function labelOf({ systems }: TrustPlan, { id, hostId }: Part): string {
  return systems.find((system) => id.startsWith(`${system.id}/`))?.label ?? hostId;
}

/** Stores and certificate files that hold an identity with its key. */
function presentingParts(plan: TrustPlan, identityId: string): Part[] {
  const index = planIndex(plan);
  const stores = plan.entries.flatMap((entry) =>
    entry.kind === "key" && entry.identityId === identityId ? (index.store(entry.storeId) ?? []) : [],
  );
  const files = [...index.endpointsOf(identityId), ...index.bindingsOf(identityId)].flatMap(({ identity }) =>
    identity.kind === "pem" ? (index.file(identity.certificateFileId) ?? []) : [],
  );
  return [...stores, ...files];
}

/** One place for each file and role, whoever declares it; one that is waited for prevails. */
function merged(places: readonly RotationPlace[]): RotationPlace[] {
  const byPlace = new Map<string, RotationPlace>();
  for (const place of places) {
    const { identityId, hostId, path, role } = place;
    const key = JSON.stringify([identityId, hostId, path, role]);
    const known = byPlace.get(key);
    byPlace.set(key, known === undefined ? place : joined(known, place));
  }
  return [...byPlace.values()].toSorted((one, other) => compare(sortKey(one), sortKey(other)));
}

function joined(one: RotationPlace, other: RotationPlace): RotationPlace {
  if (one.leftOut !== undefined) return other;
  if (other.leftOut !== undefined) return one;
  const label = [...new Set([one.label, other.label])].join(" and ");
  return {
    ...one,
    label,
    isOurs: one.isOurs && other.isOurs,
    certificates: distinct([...one.certificates, ...other.certificates], (der) =>
      Buffer.from(der).toString("hex"),
    ),
    readers: distinct([...one.readers, ...other.readers], (reader) => JSON.stringify(reader)),
  };
}

function distinct<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function sortKey({ identityId, role, hostId, path }: RotationPlace): string {
  return [identityId, role === "trusts" ? "0" : "1", placeOf(hostId, path)].join("\0");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
