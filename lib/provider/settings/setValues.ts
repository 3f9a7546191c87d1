import { editConfig, settingName, settingOfName } from "../../config";
import {
  claimKey,
  claimsOf,
  findRecorded,
  hashOf,
  type HostFiles,
  keepBackup,
  keepOriginal,
  type OwnershipRecord,
  readOriginal,
  readOwnership,
  settingClaimId,
  transition,
  withoutClaims,
  withoutIdleActivations,
} from "../../hosts";
import type { ConfigSetting } from "../../model";
import { owing } from "../activation/owed";
import type { Claimant } from "../claims/claimant";
import { configFileMissing, drifted, foreignValue, ownedByOthers } from "../errors";
import { writeClaims } from "../files/heldFile";
import type { CallContext } from "../protocol";
import { runId } from "../run";
import { holdSettings } from "./heldSettings";
import { judgeDroppedSetting, judgeSetting, type SettingRefusals } from "./judge";

/** What becomes of one owner's settings in a file. */
export interface SettingChanges {
  readonly wanted: readonly ConfigSetting[];
  readonly dropped: readonly ConfigSetting[];
  /** Values that the plan said would be replaced, by the settings' names. */
  readonly planned: ReadonlyMap<string, string | null>;
}

/** How settings go. */
export interface DropOptions {
  readonly removesForGood: boolean;
  readonly context?: CallContext;
}

/** Edits the file under its lock; the record of what stood there before goes first. */
export async function setValues(
  host: HostFiles,
  path: string,
  claimant: Claimant,
  { wanted, dropped, planned }: SettingChanges,
  { removesForGood, context }: DropOptions,
): Promise<void> {
  const file = await host.readFile(path);
  if (file === undefined) throw configFileMissing(path);
  const before = await readOwnership(host, path);
  const claims = { ...before.claims };

  const rewritten: string[] = [];
  for (const held of holdSettings(file, before, wanted)) {
    if (held.found !== held.setting.value) rewritten.push(claimKey({ kind: "setting", at: held.name }));
    const judged = judgeSetting(held, claimant, planned.get(held.name), refusalsOf(path));
    for (const id of judged.taken) delete claims[id];
    for (const { id, ...claim } of [judged.claim, ...judged.outdated]) claims[id] = claim;
  }
  const restored: ConfigSetting[] = [];
  for (const held of holdSettings(file, before, [
    ...dropped,
    ...givenUp(before, claimant, [...wanted, ...dropped]),
  ])) {
    const judged = judgeDroppedSetting(held, claimant.claim, removesForGood);
    const { value, heir, adopted = [], isForeign } = judged;
    delete claims[settingClaimId(claimant.claim, held.name)];
    for (const { id, ...claim } of [...(heir === undefined ? [] : [heir]), ...adopted]) claims[id] = claim;
    if (value !== undefined) restored.push({ ...held.setting, value });
    if (isForeign) {
      context?.warn(
        `A value was left in ${path}`,
        `Somebody has changed ${held.name} since it was set; it stays as it is.`,
      );
    }
  }

  const bytes = editConfig(file.bytes, [...wanted, ...restored]);
  const isChanged = !bytes.equals(file.bytes);
  // Named in the record first, so that the original is known to be ours wherever this run is killed.
  const isOriginal = isChanged && (await readOriginal(host, path)) === undefined;
  const original = isOriginal ? hashOf(file.bytes) : before.original;
  const after = await owing(
    host,
    path,
    before,
    { ...before, ...(original === undefined ? {} : { original }), claims },
    isChanged ? rewritten : undefined,
  );
  const both = isChanged ? transition(before, after) : before;
  await writeClaims(host, path, before, both);
  if (isChanged) {
    await keepOriginal(host, path);
    await keepBackup(host, path, runId);
    await host.replaceFile(path, bytes);
  }
  await writeClaims(host, path, both, after);
}

/** What an update of this row claimed that was killed; the row never had it, and it is not declared any more. */
function givenUp(
  record: OwnershipRecord,
  { claim }: Claimant,
  known: readonly ConfigSetting[],
): ConfigSetting[] {
  const names = new Set(known.map(settingName));
  return claimsOf(record)
    .filter(({ id, kind, at }) => kind === "setting" && id === settingClaimId(claim, at) && !names.has(at))
    .flatMap(({ at }) => settingOfName(at) ?? []);
}

/** Drops the claims to values of a file that is gone; with the last one goes what is kept beside it. */
export async function forgetValues(host: HostFiles, declared: string, { claim }: Claimant): Promise<void> {
  const path = await findRecorded(host, declared);
  if (path === undefined) return;
  await host.exclusively(path, async () => {
    const before = await readOwnership(host, path);
    const ids = Object.keys(before.claims).filter((id) => id.startsWith(settingClaimId(claim, "")));
    await writeClaims(host, path, before, withoutIdleActivations(withoutClaims(before, ids)));
  });
}

function refusalsOf(path: string): SettingRefusals {
  return {
    onOthers: ({ name }, owners) => {
      throw ownedByOthers(`${path}: ${name}`, "another value", owners);
    },
    onDrift: ({ name }) => {
      throw drifted(`${path}: ${name}`, "of another value");
    },
    onForeign: ({ name }) => {
      throw foreignValue(`${path}: ${name}`);
    },
  };
}
