import { editConfig, readSetting, settingOfName } from "../../config";
import {
  claimKey,
  claimsOf,
  contentOfSetting,
  earlierVersions,
  type HostFile,
  type IdentifiedClaim,
  keepBackup,
  type OwnershipRecord,
  readOwnership,
  settingClaimId,
  transition,
  withClaim,
  withoutClaims,
} from "../../hosts";
import type { ConfigSetting } from "../../model";
import { writeClaims } from "../files/heldFile";
import { isThereBefore } from "../files/keptFile";
import { currentRun } from "../run";
import { type HeldSetting, holdSettings, standingClaims } from "../settings/heldSettings";
import { judgeDroppedSetting } from "../settings/judge";
import { owing } from "./owed";
import { claimPutBack } from "./putBack";
import { REASONS, type RollBackTarget, type RolledBack } from "./rolledBack";

/** Puts an owner's values back to what was proven last, each on its own, under the file's lock; every other byte stays. */
export function rollBackSettings(target: RollBackTarget): Promise<RolledBack[]> {
  const { host, path, owner } = target;
  return host.exclusively(path, async () => {
    const file = await host.readFile(path);
    if (file === undefined) return [{ path, thing: "the file", outcome: "left", reason: REASONS.changed }];
    const before = await readOwnership(host, path);
    const own = claimsOf(before)
      .filter((claim) => claim.kind === "setting" && claim.owner === owner)
      .flatMap((claim) => settingOfName(claim.at) ?? []);
    const earlier: HostFile[] = [];
    for await (const version of earlierVersions(host, path)) earlier.push(version);
    const steps = holdSettings(file, before, own).flatMap(
      (held) => rollBackSetting(held, target, earlier) ?? [],
    );
    await write(target, file, before, steps);
    return steps.map(({ name, outcome, reason }) => ({
      path,
      thing: name,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    }));
  });
}

/** What becomes of one value. */
interface Step {
  readonly name: string;
  readonly outcome: RolledBack["outcome"];
  readonly reason?: string;
  /** What the file is to say; absent where it stays. */
  readonly setting?: ConfigSetting;
  /** The claims that hold then, and the one that does not any more. */
  readonly claims?: readonly IdentifiedClaim[];
  readonly dropped?: string;
}

function rollBackSetting(
  held: HeldSetting,
  { owner, known }: RollBackTarget,
  earlier: readonly HostFile[],
): Step | undefined {
  const { name, setting } = held;
  const claim = held.claims.find((one) => one.owner === owner);
  if (claim === undefined) return undefined;
  const proven = known.proven[claimKey(claim)];
  // Only held to the file it says which value is there, where a run was killed on its way to another.
  if (claim.content === proven) return undefined;
  const left = (reason: string): Step => ({ name, outcome: "left", reason });
  const standing = standingClaims(held);
  if (!standing.includes(claim)) return left(REASONS.changed);
  if (standing.length > 1) return left(REASONS.shared);
  if (proven === undefined) {
    if (isThereBefore(claim)) return undefined;
    const root = claim.id.slice(0, -settingClaimId("", name).length);
    const { value, adopted = [] } = judgeDroppedSetting(held, root, false);
    if (value === undefined) return left(REASONS.lost);
    return {
      name,
      outcome: "withdrawn",
      setting: { ...setting, value },
      claims: adopted,
      dropped: claim.id,
    };
  }
  const { kept } = claim;
  const isProven = (value: string | null) => contentOfSetting(value) === proven;
  if (kept?.place === "record" && isProven(kept.value)) {
    const adopted = claimPutBack(claim, proven, true);
    return { name, outcome: "restored", setting: { ...setting, value: kept.value }, claims: [adopted] };
  }
  const value = earlier.map(({ bytes }) => readSetting(bytes, setting)).find(isProven);
  if (value === undefined) return left(REASONS.lost);
  return {
    name,
    outcome: "restored",
    setting: { ...setting, value },
    claims: [claimPutBack(claim, proven, false)],
  };
}

async function write(
  { host, path }: RollBackTarget,
  file: HostFile,
  before: OwnershipRecord,
  steps: readonly Step[],
): Promise<void> {
  const values = steps.flatMap(({ setting }) => setting ?? []);
  if (values.length === 0) return;
  const bytes = editConfig(file.bytes, values);
  const dropped = steps.flatMap((step) => step.dropped ?? []);
  const claimed = steps
    .flatMap(({ claims = [] }) => claims)
    .reduce(withClaim, withoutClaims(before, dropped));
  const after = await owing(host, path, before, claimed, []);
  const both = transition(before, after);
  await writeClaims(host, path, before, both);
  await keepBackup(host, path, currentRun());
  await host.replaceFile(path, bytes);
  await writeClaims(host, path, both, after);
}
