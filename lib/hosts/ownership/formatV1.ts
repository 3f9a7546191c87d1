import { createHash } from "node:crypto";
import { contentOfSetting, contentOfVersion1 } from "./content";
import { damaged, isObject, requireObject } from "./damaged";
import { type Claim, type IdentifiedClaim, type OwnershipRecord, UNNAMED_OWNER } from "./record";

/**
 * Reads a record of format version 1, which named aliases, settings or a file as ours, and nobody as owner.
 *
 * Each becomes a claim under the id that `claimIdOfVersion1` gives the state's row for the same thing.
 * Entries were known by the fingerprint of their certificate only (`contentOfVersion1`).
 */
export function readVersion1(record: Readonly<Record<string, unknown>>, recordPath: string): OwnershipRecord {
  const { created, entries, settings, file } = record;
  if (typeof created !== "boolean") throw damaged(recordPath, '"created" must be true or false');
  const claims = [
    ...(created ? [storeClaim()] : []),
    ...Object.entries(requireObject(entries, '"entries"', recordPath)).map(([alias, entry]) =>
      entryClaim(alias, entry, recordPath),
    ),
    ...Object.entries(settings === undefined ? {} : requireObject(settings, '"settings"', recordPath)).map(
      ([name, setting]) => settingClaim(name, setting, recordPath),
    ),
    ...(file === undefined ? [] : [fileClaim(file, recordPath)]),
  ];
  return {
    created,
    claims: Object.fromEntries(claims.map(({ id, ...claim }): [string, Claim] => [id, claim])),
  };
}

/** The id that stands for a claim of version 1, in records and in states alike. */
export function claimIdOfVersion1(
  thing:
    | { readonly kind: "store" | "file" | "setting" }
    | { readonly kind: "key"; readonly alias: string }
    | { readonly kind: "anchor"; readonly alias: string; readonly sha256: string },
): string {
  const parts = [
    thing.kind,
    ...("alias" in thing ? [thing.alias.toLowerCase()] : []),
    ...("sha256" in thing ? [thing.sha256] : []),
  ];
  return createHash("sha256")
    .update(`v1\0${parts.join("\0")}`)
    .digest("hex")
    .slice(0, 32);
}

/** Id of the claim to one setting, given that of the whole file's resource. */
export function settingClaimId(claim: string, name: string): string {
  return `${claim}/${name}`;
}

const PREVIOUS = "-previous";

function storeClaim(): IdentifiedClaim {
  return {
    id: claimIdOfVersion1({ kind: "store" }),
    owner: UNNAMED_OWNER,
    declaredAt: "trust_keystore",
    kind: "store",
    at: "",
    content: "",
    origin: "created",
  };
}

function entryClaim(at: string, value: unknown, recordPath: string): IdentifiedClaim {
  const entry = requireObject(value, `the entry "${at}"`, recordPath);
  const { kind, sha256, replaces, displaced, previous } = entry;
  if (kind !== "identity" && kind !== "anchor") {
    throw damaged(recordPath, `the kind of the entry "${at}" must be "identity" or "anchor"`);
  }
  if (typeof sha256 !== "string" || !/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(sha256)) {
    throw damaged(recordPath, `the sha256 of the entry "${at}" must be a fingerprint (AB:CD:…)`);
  }
  const isOlder = previous === true && at.endsWith(PREVIOUS);
  const alias = isOlder ? at.slice(0, -PREVIOUS.length) : at;
  const heritage =
    displaced === true
      ? { origin: "displaced" as const, kept: { place: "orig" as const } }
      : { origin: "created" as const };
  const thing = { at: at.toLowerCase(), content: contentOfVersion1(sha256), ...heritage };
  // A run that was killed after the record said that the older one had moved; the store says not yet.
  const unmoved = isOlder ? { ...thing, at: alias.toLowerCase() } : undefined;
  const replaced =
    typeof replaces === "string" ? { ...thing, content: contentOfVersion1(replaces) } : unmoved;
  return {
    id: claimIdOfVersion1(kind === "anchor" ? { kind, alias, sha256 } : { kind: "key", alias }),
    owner: UNNAMED_OWNER,
    declaredAt: `${kind === "anchor" ? "trust_truststore_entry" : "trust_key_entry"} ${alias.toLowerCase()}`,
    kind: kind === "anchor" ? "anchor" : "key",
    ...thing,
    ...(replaced === undefined ? {} : { replaces: replaced }),
  };
}

function settingClaim(name: string, value: unknown, recordPath: string): IdentifiedClaim {
  const setting = requireObject(value, `the setting "${name}"`, recordPath);
  const { value: ours, before } = setting;
  if (!isText(ours)) throw damaged(recordPath, `the value of "${name}" must be a string or null`);
  if (!isText(before)) {
    throw damaged(recordPath, `the previous value of "${name}" must be a string or null`);
  }
  const adopted = { at: name, content: contentOfSetting(before), origin: "adopted" as const };
  const isAdopted = ours === before;
  return {
    id: settingClaimId(claimIdOfVersion1({ kind: "setting" }), name),
    owner: UNNAMED_OWNER,
    declaredAt: "trust_config_file",
    kind: "setting",
    ...(isAdopted
      ? adopted
      : {
          at: name,
          content: contentOfSetting(ours),
          origin: "displaced" as const,
          kept: { place: "record" as const, value: before },
          // A killed run may have left the value that was there before.
          replaces: adopted,
        }),
  };
}

function fileClaim(value: unknown, recordPath: string): IdentifiedClaim {
  if (!isObject(value)) throw damaged(recordPath, '"file" must be an object');
  const { content, sha256, displaced } = value;
  if (typeof content !== "string" || typeof sha256 !== "string") {
    throw damaged(recordPath, '"file" must have the strings "content" and "sha256"');
  }
  return {
    id: claimIdOfVersion1({ kind: "file" }),
    owner: UNNAMED_OWNER,
    declaredAt: "trust_file",
    kind: "file",
    at: "",
    content,
    ...(displaced === true ? { origin: "displaced", kept: { place: "orig" } } : { origin: "created" }),
  };
}

function isText(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}
