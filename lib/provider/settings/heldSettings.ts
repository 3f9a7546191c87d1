import { readSettings, settingName } from "../../config";
import {
  claimsOf,
  contentOfSetting,
  type HostFile,
  type IdentifiedClaim,
  type OwnershipRecord,
  settledClaim,
} from "../../hosts";
import type { ConfigSetting } from "../../model";

/** A setting as it is in its file, and who has claimed it. */
export interface HeldSetting {
  readonly setting: ConfigSetting;
  readonly name: string;
  /** What the file says; null where it says nothing. */
  readonly found: string | null;
  /** Claims to this setting as they stand, whatever a run that was killed left. */
  readonly claims: readonly IdentifiedClaim[];
}

/** Reads settings from a file, each with its claims. */
export function holdSettings(
  { bytes }: Pick<HostFile, "bytes">,
  ownership: OwnershipRecord,
  settings: readonly ConfigSetting[],
): HeldSetting[] {
  const claimsByName = new Map<string, IdentifiedClaim[]>();
  for (const claim of claimsOf(ownership)) {
    if (claim.kind !== "setting") continue;
    const known = claimsByName.get(claim.at);
    if (known === undefined) claimsByName.set(claim.at, [claim]);
    else known.push(claim);
  }
  return readSettings(bytes, settings).map(({ setting, found }) => {
    const name = settingName(setting);
    const content = contentOfSetting(found);
    const claims = (claimsByName.get(name) ?? []).map((claim) =>
      settledClaim(claim, claim.content === content || claim.replaces?.content !== content),
    );
    return { setting, name, found, claims };
  });
}

/** Claims to what the file says. */
export function standingClaims({ claims, found }: HeldSetting): IdentifiedClaim[] {
  const content = contentOfSetting(found);
  return claims.filter((claim) => claim.content === content);
}
