import {
  activationsAlike,
  contentsOf,
  findActivation,
  type OwnershipRecord,
  type ProofLevel,
  stepsHash,
  withProof,
} from "../../hosts";
import type { DeclaredActivation } from "./declared";
import { beginRun } from "../run";
import { changeRecord, neededKeys, type RecordedFile } from "./records";

/** What the last proof of an activation said. */
export interface LastProof {
  /** The weakest of its files; undefined where there was none. */
  readonly level?: ProofLevel;
  /** The latest, ISO 8601. */
  readonly at?: string;
}

/**
 * Writes a proof into the records of all files. It holds for the owner's other activations with the same steps too, as
 * far as this one can prove anything: the product has read all that was there.
 *
 * @param started - the files as they were when the first step began
 */
export async function prove(
  activation: DeclaredActivation,
  started: readonly RecordedFile[],
  level: ProofLevel,
  at: string,
): Promise<void> {
  const { host, owner, name, needs, steps } = activation;
  const hash = stepsHash(steps);
  const alike = started.flatMap(({ record }) => activationsAlike(record, owner, hash));
  const known = started.filter(
    ({ record }) => contentsOf(record, owner).size > 0 || findActivation(record, owner, name) !== undefined,
  );
  await Promise.all(
    known.map((file) => {
      const excepted = neededKeys(needs, file);
      const proof = { owner, name, alike, excepted, started: file.record, steps: hash, level, at };
      return changeRecord(host, file.path, (record) => withProof(record, proof));
    }),
  );
  beginRun();
}

/** What the records say of an activation's last proof. */
export function lastProof(records: readonly OwnershipRecord[], owner: string, name: string): LastProof {
  const known = records.flatMap((record) => findActivation(record, owner, name) ?? []);
  const levels = known.flatMap(({ level }) => level ?? []);
  const at = known
    .flatMap((one) => one.at ?? [])
    .sort()
    .at(-1);
  if (at === undefined) return {};
  return { at, level: levels.every((level) => level === "served") ? "served" : "called" };
}
