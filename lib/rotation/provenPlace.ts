import { EVIDENCE_LEVELS, type Evidence, type EvidenceLevel } from "../lock";
import { placeOf } from "../model";
import { fingerprint } from "../pki";
import { readJsonFile } from "../project/jsonFile";
import { type Shape, WrongShape, listOf, object, optional, text, wholeNumber } from "../project/shape";
import { type ReceiptOwner, receiptOfAnother } from "./errors";
import type { RotationPlace } from "./rotationPlace";

/** What a receipt says of a place of a rotation: who carries the evidence need not be who gathered it. */
export interface ProvenPlace {
  /** Id of the identity. */
  readonly identity: string;
  readonly generation: number;
  readonly role: RotationPlace["role"];
  /** `HOST:PATH`. */
  readonly place: string;
  /** Of the certificates that were read. */
  readonly sha256: readonly string[];
  readonly level: EvidenceLevel;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
}

/** Evidence of a place as a receipt holds it. */
export function provenPlace(place: RotationPlace, { level, at, by }: Evidence): ProvenPlace {
  return { ...namedPlace(place), level, at, by };
}

/** What receipts say of a place: of this generation, with these certificates, in this role. The latest counts. */
export function evidenceInReceipts(
  place: RotationPlace,
  proven: readonly ProvenPlace[],
): Evidence | undefined {
  const wanted = JSON.stringify(namedPlace(place));
  const said = proven.filter(
    ({ level: _level, at: _at, by: _by, ...named }) => JSON.stringify(named) === wanted,
  );
  const latest = said.toSorted((one, other) => (one.at < other.at ? 1 : -1))[0];
  if (latest === undefined) return undefined;
  const { level, at, by } = latest;
  return { host: place.hostId, path: place.path, generation: place.generation, level, at, by };
}

/**
 * What `receipt.json` of a deploy says of rotations; receipts from before have nothing.
 *
 * @throws ProjectError `unreadable-file`, `damaged-file`; RotationError `other-receipt`
 */
export function readReceipt(file: string, owner: ReceiptOwner): readonly ProvenPlace[] {
  const { project, environment, proven = [] } = readJsonFile(file, receipt, REMEDY);
  if (project !== owner.project || environment !== owner.environment)
    throw receiptOfAnother(file, { project, environment }, owner);
  return proven;
}

const REMEDY = "give the receipt.json that a deploy of this version wrote";

type Named = Omit<ProvenPlace, "level" | "at" | "by">;

function namedPlace({ identityId, generation, role, hostId, path, certificates }: RotationPlace): Named {
  return {
    identity: identityId,
    generation,
    role,
    place: placeOf(hostId, path),
    sha256: certificates.map((der) => fingerprint("sha256", der)),
  };
}

function oneOf<Value extends string>(values: readonly Value[]): Shape<Value> {
  return (value, place) => {
    const known = values.find((one) => one === value);
    if (known === undefined) throw new WrongShape(place, `one of ${values.join(", ")} was expected`);
    return known;
  };
}

const receipt = object<ReceiptOwner & { readonly proven?: readonly ProvenPlace[] }>({
  project: text,
  environment: text,
  proven: optional(
    listOf(
      object<ProvenPlace>({
        identity: text,
        generation: wholeNumber,
        role: oneOf(["trusts", "presents"]),
        place: text,
        sha256: listOf(text),
        level: oneOf(EVIDENCE_LEVELS),
        at: text,
        by: text,
      }),
    ),
  ),
});
