import { HostError } from "../errors";
import { damaged, isObject, requireObject, requireText } from "./damaged";
import { readVersion1 } from "./formatV1";
import { formatActivations, readActivations } from "./formatActivations";
import type { Claim, ClaimedThing, ClaimKind, ClaimOrigin, Kept, OwnershipRecord } from "./record";

/** Version of ownership records as they are written. */
export const OWNERSHIP_FORMAT_VERSION = 2;

/** The oldest version whose readers understand what is written; raised when they would misread it. */
const MINIMUM_READER = 2;

const KINDS: readonly string[] = ["store", "key", "anchor", "setting", "file"] satisfies ClaimKind[];
const ORIGINS: readonly string[] = ["created", "adopted", "imported", "displaced"] satisfies ClaimOrigin[];

/** Stable JSON: the same record gives the same bytes. */
export function formatOwnership({ created, original, claims, activations }: OwnershipRecord): string {
  const record = {
    formatVersion: OWNERSHIP_FORMAT_VERSION,
    minimumReader: MINIMUM_READER,
    createdBy: "cdktf-trust",
    created,
    original,
    claims: Object.fromEntries(
      Object.entries(claims)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([id, claim]) => [id, formatClaim(claim)]),
    ),
    activations: formatActivations(activations),
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/**
 * Reads a record of this version or an older one; an older one is written anew with the next change.
 *
 * @param recordPath - where the record was read, for messages
 * @throws HostError `ownership-damaged`, `ownership-version`
 */
export function parseOwnership(bytes: Uint8Array, recordPath: string): OwnershipRecord {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(recordPath, "it is not JSON", cause);
  }
  if (!isObject(record)) throw damaged(recordPath, "it is not a JSON object");
  const { formatVersion, minimumReader } = record;
  if (formatVersion === 1) return readVersion1(record, recordPath);
  const needed = minimumReader ?? formatVersion;
  if (typeof needed !== "number" || !Number.isInteger(needed)) {
    throw damaged(recordPath, '"formatVersion" and "minimumReader" must be whole numbers');
  }
  if (needed > OWNERSHIP_FORMAT_VERSION) throw unknownVersion(recordPath, needed);
  return readVersion2(record, recordPath);
}

function readVersion2(record: Readonly<Record<string, unknown>>, recordPath: string): OwnershipRecord {
  const { created, original, claims, activations } = record;
  if (typeof created !== "boolean") throw damaged(recordPath, '"created" must be true or false');
  if (original !== undefined && typeof original !== "string")
    throw damaged(recordPath, '"original" must be a string');
  const read = Object.entries(requireObject(claims, '"claims"', recordPath)).map(
    ([id, claim]): [string, Claim] => [id, readClaim(id, claim, recordPath)],
  );
  return {
    created,
    ...(original === undefined ? {} : { original }),
    claims: Object.fromEntries(read),
    ...(activations === undefined ? {} : { activations: readActivations(activations, recordPath) }),
  };
}

function readClaim(id: string, value: unknown, recordPath: string): Claim {
  const where = `the claim "${id}"`;
  const claim = requireObject(value, where, recordPath);
  const { kind, replaces } = claim;
  if (!isKind(kind)) throw damaged(recordPath, `the kind of ${where} must be one of ${KINDS.join(", ")}`);
  return {
    owner: requireText(claim["owner"], `the owner of ${where}`, recordPath),
    declaredAt: requireText(claim["declaredAt"], `"declaredAt" of ${where}`, recordPath),
    kind,
    ...readThing(claim, where, recordPath),
    ...(replaces === undefined
      ? {}
      : {
          replaces: readThing(
            requireObject(replaces, `"replaces" of ${where}`, recordPath),
            `"replaces" of ${where}`,
            recordPath,
          ),
        }),
  };
}

function readThing(
  thing: Readonly<Record<string, unknown>>,
  where: string,
  recordPath: string,
): ClaimedThing {
  const { generation, identity, origin, kept } = thing;
  if (!isOrigin(origin))
    throw damaged(recordPath, `the origin of ${where} must be one of ${ORIGINS.join(", ")}`);
  if (generation !== undefined && !isGeneration(generation))
    throw damaged(recordPath, `the generation of ${where} must be a whole number from 1`);
  return {
    at: requireText(thing["at"], `"at" of ${where}`, recordPath),
    content: requireText(thing["content"], `the content of ${where}`, recordPath),
    ...(generation === undefined ? {} : { generation }),
    ...(identity === undefined
      ? {}
      : { identity: requireText(identity, `the identity of ${where}`, recordPath) }),
    origin,
    ...(kept === undefined ? {} : { kept: readKept(kept, where, recordPath) }),
  };
}

function readKept(value: unknown, where: string, recordPath: string): Kept {
  const kept = requireObject(value, `what ${where} has kept`, recordPath);
  const { place, alias, value: text } = kept;
  if (place === "orig") return { place };
  if (place === "beside") return { place, ...(typeof alias === "string" ? { alias } : {}) };
  if (place === "record" && (typeof text === "string" || text === null)) return { place, value: text };
  throw damaged(recordPath, `what ${where} has kept must be "beside" the file, in the "record" or in "orig"`);
}

function formatClaim({ owner, declaredAt, kind, replaces, ...thing }: Claim): object {
  return {
    owner,
    declaredAt,
    kind,
    ...formatThing(thing),
    replaces: replaces === undefined ? undefined : formatThing(replaces),
  };
}

function formatThing({ at, content, generation, identity, origin, kept }: ClaimedThing): object {
  return { at, content, generation, identity, origin, kept };
}

function isGeneration(generation: unknown): generation is number {
  return typeof generation === "number" && Number.isSafeInteger(generation) && generation >= 1;
}

function isKind(kind: unknown): kind is ClaimKind {
  return typeof kind === "string" && KINDS.includes(kind);
}

function isOrigin(origin: unknown): origin is ClaimOrigin {
  return typeof origin === "string" && ORIGINS.includes(origin);
}

function unknownVersion(recordPath: string, needed: number): HostError {
  return new HostError(
    "ownership-version",
    `${recordPath}: the ownership record needs a reader of format version ${needed}, and this version of ` +
      `cdktf-trust knows ${OWNERSHIP_FORMAT_VERSION}. Deploy with the version of cdktf-trust that wrote it, or a ` +
      "newer one. Nothing was changed.",
  );
}
