import { claimsOf, type IdentifiedClaim, readOwnership, withClaim } from "../../hosts";
import { settingOfName } from "../../config";
import { TrustError } from "../../model";
import { isEntryClaim } from "../entries";
import { readHeldFile, writeClaims } from "../files/heldFile";
import { secretIfAtHand } from "../secrets";
import { holdSettings } from "../settings/heldSettings";
import { openSession } from "../storeSession";
import type { DeclaredActivation } from "./declared";
import { readRecords, type RecordedFile } from "./records";

/**
 * Decides in the records of an activation's files what a run left open that was killed on its way to another content, so
 * that a proof is of what is there. A store that no password opens stays as it is.
 */
export async function settleRecords(
  activation: DeclaredActivation,
  files: readonly RecordedFile[],
): Promise<readonly RecordedFile[]> {
  const open = files.filter(({ record }) => claimsOf(record).some(isOpen));
  if (open.length === 0) return files;
  for (const file of open) await settleRecord(activation, file);
  return readRecords(activation);
}

function isOpen({ replaces }: IdentifiedClaim): boolean {
  return replaces !== undefined;
}

async function settleRecord(
  { host, address }: DeclaredActivation,
  { path, password, record }: RecordedFile,
): Promise<void> {
  if (!claimsOf(record).some((claim) => isOpen(claim) && isEntryClaim(claim)))
    return host.exclusively(path, () => settleFile(host, path));
  const known = password === undefined ? undefined : secretIfAtHand(password);
  if (known === undefined) return;
  try {
    // A change of nothing writes what the store says of its record.
    await (await openSession(address, path)).change(known, async (draft) => draft);
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
  }
}

async function settleFile(host: DeclaredActivation["host"], path: string): Promise<void> {
  const before = await readOwnership(host, path);
  const { file, ownership } = await readHeldFile(host, path);
  const settings = claimsOf(ownership).flatMap(({ kind, at }) =>
    kind === "setting" ? (settingOfName(at) ?? []) : [],
  );
  const held = file === undefined ? [] : holdSettings(file, ownership, settings);
  const settled = held.flatMap(({ claims }) => claims).reduce(withClaim, ownership);
  await writeClaims(host, path, before, settled);
}
