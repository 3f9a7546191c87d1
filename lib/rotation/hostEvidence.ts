import {
  claimsOf,
  contentOfEntry,
  contentOfVersion1,
  type HostFiles,
  hashOf,
  type IdentifiedClaim,
  isUnproven,
  type OwnershipRecord,
  readOwnership,
  stepsHash,
} from "../hosts";
import { EVIDENCE_LEVELS, type Evidence, type EvidenceLevel } from "../lock";
import { certificatesIn, fingerprint } from "../pki";
import type { PlaceReader, RotationPlace } from "./rotationPlace";

/** That one reader has read what it must. */
type Proof = Pick<Evidence, "level" | "at" | "by">;

/**
 * What a host says of a place: that everything that is known to read it has read the generation. The weakest of its
 * readers counts. That the file holds it says nothing.
 *
 * @param now when the host is looked at
 * @returns undefined where there is no evidence
 * @throws HostError where the host or the record cannot be read
 */
export async function evidenceOnHost(
  place: RotationPlace,
  host: HostFiles,
  now: Date,
): Promise<Evidence | undefined> {
  const { readers, generation, hostId, path: declared } = place;
  if (readers.length === 0) return undefined;
  const path = (await host.findFile(declared)) ?? declared;
  const record = await readOwnership(host, path);
  const held = await claimsTo(place, record, host, path);
  const proofs = readers.map((reader) => proofOf(reader, record, held, now));
  const known = proofs.filter((proof) => proof !== undefined);
  const [latest] = known.toSorted((one, other) => (one.at < other.at ? 1 : -1));
  if (latest === undefined || known.length < readers.length) return undefined;
  return {
    host: hostId,
    path: declared,
    generation,
    level: weakest(known.map(({ level }) => level)),
    at: latest.at,
    by: [...new Set(known.map(({ by }) => by))].join(" and "),
  };
}

/**
 * Whether a file holds all that the place must, whoever has read it; undefined where there is no file.
 *
 * @throws HostError where the host or the record cannot be read
 */
export async function isHeld(place: RotationPlace, host: HostFiles): Promise<boolean | undefined> {
  const path = await host.findFile(place.path);
  if (path === undefined) return undefined;
  const held = await claimsTo(place, await readOwnership(host, path), host, path);
  return held.every((claims) => claims.length > 0);
}

/**
 * The claims to what the place must hold, for each certificate one list; nothing is left open in them by a run that was
 * killed.
 */
async function claimsTo(
  place: RotationPlace,
  record: OwnershipRecord,
  host: HostFiles,
  path: string,
): Promise<readonly (readonly IdentifiedClaim[])[]> {
  const claims = claimsOf(record).filter(({ replaces }) => replaces === undefined);
  if (place.role === "presents") {
    const keys = claims.filter((claim) => claim.kind === "key" && isOfGeneration(claim, place));
    if (keys.length > 0) return [keys];
  }
  const files = claims.filter(({ kind }) => kind === "file");
  if (files.length > 0) return claimsToFile(place, files, host, path);
  if (place.role === "presents") return [[]];
  return place.certificates.map((der) => {
    const contents = [contentOfEntry("anchor", [der]), contentOfVersion1(fingerprint("sha256", der))];
    return claims.filter(({ kind, content }) => kind === "anchor" && contents.includes(content));
  });
}

function isOfGeneration(
  { identity, generation }: IdentifiedClaim,
  place: Pick<RotationPlace, "identityId" | "generation">,
): boolean {
  return identity === place.identityId && generation === place.generation;
}

/** A file is known as a whole, so it is looked into: what it is known by must be what is there. */
async function claimsToFile(
  { certificates, role }: RotationPlace,
  files: readonly IdentifiedClaim[],
  host: HostFiles,
  path: string,
): Promise<readonly (readonly IdentifiedClaim[])[]> {
  const file = await host.readFile(path);
  const held = file === undefined ? [] : certificatesIn(file.bytes);
  const looked = role === "presents" ? held.slice(0, 1) : held;
  const hash = file === undefined ? undefined : hashOf(file.bytes);
  return certificates.map((der) =>
    looked.some((one) => Buffer.from(der).equals(one)) ? files.filter(({ content }) => content === hash) : [],
  );
}

function proofOf(
  { owner, way, label }: PlaceReader,
  record: OwnershipRecord,
  held: readonly (readonly IdentifiedClaim[])[],
  now: Date,
): Proof | undefined {
  const own = held.map((claims) => claims.filter((claim) => claim.owner === owner));
  if (own.some((claims) => claims.length === 0)) return undefined;
  switch (way.kind) {
    case "none":
      return { level: "called", at: now.toISOString(), by: `${label}: ${way.reason}` };
    case "manual":
      return undefined;
    case "run": {
      const steps = stepsHash(way.steps);
      const proven = Object.entries(record.activations ?? {}).flatMap(([key, activation]): Proof[] => {
        const { level, at } = activation;
        const isItsOwn = key.startsWith(`${owner} `) && activation.steps === steps;
        if (!isItsOwn || level === undefined || at === undefined) return [];
        const isProven = own.every((claims) => claims.some((claim) => !isUnproven(activation, claim)));
        return isProven ? [{ level, at, by: `the activation of ${label}` }] : [];
      });
      return proven.toSorted(strongestFirst)[0];
    }
    default:
      return way satisfies never;
  }
}

function strongestFirst(one: Proof, other: Proof): number {
  return EVIDENCE_LEVELS.indexOf(one.level) - EVIDENCE_LEVELS.indexOf(other.level);
}

function weakest(levels: readonly EvidenceLevel[]): EvidenceLevel {
  return (
    levels.toSorted((one, other) => EVIDENCE_LEVELS.indexOf(other) - EVIDENCE_LEVELS.indexOf(one))[0] ??
    "called"
  );
}
