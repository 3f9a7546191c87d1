import { providerConfiguration } from "../configuration";
import { describeFound, type PlacementRefusals, type UpdateRefusals } from "../entries";
import { drifted, foreignEntry, lostClaim, ownedByOthers, sharedContent } from "../errors";
import { formatId } from "../location";
import { isKnown, Unknown } from "../protocol";
import { importRemedy } from "../remedies";
import type { EntryAddress, EntryKind } from "./entryRow";

/** Refusals that name the store, the alias and the ways out. */
export function refusalsOf(
  { typeName, keyPassword }: EntryKind,
  { password, ...place }: EntryAddress & { readonly sha256: string },
  onForeign: string | Unknown,
): PlacementRefusals & UpdateRefusals {
  const { host, path, alias, sha256 } = place;
  const importing = () => {
    const secrets = [
      `password=${password}`,
      ...(keyPassword === undefined ? [] : [`key_password=${keyPassword}`]),
    ];
    const id = `${formatId(host, path, alias)}?${secrets.join("&")}`;
    return importRemedy(typeName, { host, path, alias, sha256 }, id);
  };
  return {
    onForeign: (existing) => {
      if (!isKnown(onForeign) || onForeign === "replace") return;
      throw foreignEntry(path, alias, describeFound(existing), importing());
    },
    onOthers: (existing, owners) => {
      throw ownedByOthers(`${path}: "${alias}"`, describeFound(existing), owners);
    },
    onLost: (existing) => {
      const { owner } = providerConfiguration();
      throw lostClaim(`${path}: "${alias}"`, describeFound(existing), owner, importing());
    },
    onDrift: (existing) => {
      throw drifted(`${path}: "${alias}"`, existing === undefined ? "not there" : describeFound(existing));
    },
    onShared: (owners) => {
      throw sharedContent(`${path}: "${alias}"`, owners);
    },
  };
}
