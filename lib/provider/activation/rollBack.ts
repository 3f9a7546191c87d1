import {
  type ActivationRecord,
  type ClaimKind,
  claimKey,
  claimsToActivate,
  findActivation,
  isUnproven,
} from "../../hosts";
import { TrustError } from "../../model";
import { secret } from "../secrets";
import { openSession } from "../storeSession";
import type { DeclaredActivation } from "./declared";
import { journal } from "./journal";
import { readRecords, type RecordedFile } from "./records";
import { rollBackFile } from "./rollBackFile";
import { rollBackSettings } from "./rollBackSettings";
import { rollBackStore } from "./rollBackStore";
import { REASONS, type RolledBack, thingOfKey } from "./rolledBack";

/**
 * Puts an owner's unproven things back, file by file, to what the product was last known to run with. Nothing else in the
 * files is touched; what cannot be put back is told and keeps no other from going back.
 */
export async function rollBack(activation: DeclaredActivation): Promise<RolledBack[]> {
  const results: RolledBack[] = [];
  for (const file of await readRecords(activation)) {
    const ofFile = await rollBackFileOf(activation, file);
    for (const { outcome, path, thing, reason, to } of ofFile) {
      journal({
        event: outcome === "left" ? "not-rolled-back" : "rolled-back",
        activation: activation.name,
        host: activation.address,
        path,
        thing,
        ...(to === undefined ? {} : { sha256: to }),
        ...(reason === undefined ? {} : { text: reason }),
      });
    }
    results.push(...ofFile);
  }
  return results;
}

async function rollBackFileOf(activation: DeclaredActivation, file: RecordedFile): Promise<RolledBack[]> {
  const { record, path } = file;
  const known = findActivation(record, activation.owner, activation.name);
  if (known === undefined) return [];
  const claims = claimsToActivate(record, activation.owner);
  const present = new Set(claims.map(claimKey));
  const removed = known.unproven
    .filter((key) => !present.has(key) && known.proven[key] !== undefined)
    .map((key): RolledBack => ({ path, thing: thingOfKey(key), outcome: "left", reason: REASONS.removed }));
  const changed = claims.filter((claim) => isUnproven(known, claim));
  const kinds = new Set(changed.map(({ kind }) => kind));
  if (kinds.size === 0) return removed;
  try {
    return [...removed, ...(await rollBackKinds(activation, file, known, kinds))];
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return [...removed, { path, thing: "all of it", outcome: "left", reason: error.message }];
  }
}

async function rollBackKinds(
  { host, address, owner }: DeclaredActivation,
  { path, password }: RecordedFile,
  known: ActivationRecord,
  kinds: ReadonlySet<ClaimKind>,
): Promise<RolledBack[]> {
  const target = { host, path, owner, known };
  if (kinds.has("file")) return rollBackFile(target);
  if (kinds.has("setting")) return rollBackSettings(target);
  if (password === undefined) {
    const reason = "the activation names no password for this store";
    return [{ path, thing: "all of it", outcome: "left", reason }];
  }
  const session = await openSession(address, path);
  return rollBackStore({ ...target, session, password: secret(password) });
}
