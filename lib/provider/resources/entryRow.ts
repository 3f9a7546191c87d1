import { claimIdOfVersion1 } from "../../hosts";
import { generationAttribute, UNKNOWN_GENERATION, UNKNOWN_IDENTITY } from "../claims/generation";
import { claimAttributes, claimChecks, type ClaimRow, upgradedRow } from "../claims/row";
import { relocate } from "../configuration";
import type { DeclaredEntry } from "../entries";
import { checkFingerprint, formatId, oneOf, storeAttributes, storeChecks } from "../location";
import { computed, defaulted, discovered, required, type Unknown, type UpgradeOf } from "../protocol";

/** Attributes that both kinds of entries have. */
export const entryAttributes = {
  id: computed.string("Host, path and alias."),
  ...storeAttributes,
  alias: required.string("Alias; compared without regard to case, as Java does.", { replaces: true }),
  subject: discovered.string("Subject of the certificate."),
  not_after: discovered.string("When the certificate expires."),
  on_foreign: defaulted.string(
    "refuse",
    "What to do with somebody else's entry under the alias: `refuse`, or `replace` it and put it back on destroy.",
    { quiet: true },
  ),
  ...generationAttribute,
  ...claimAttributes,
};

/** Of an entry that is delivered from a store. */
export const artifactAttributes = {
  artifact: required.string(
    "Store that holds the entry to deliver, relative to Terraform's working directory, under the same password. Another " +
      "path alone is no change.",
    { quiet: true },
  ),
  sha256: required.string("SHA-256 fingerprint of the certificate, as keytool prints it."),
};

/** Checks for `checkEach` of the attributes above. */
export const entryChecks = {
  ...storeChecks,
  ...claimChecks,
  alias: (alias: string) => {
    if (alias.trim() === "") throw new RangeError("An alias cannot be empty.");
  },
  sha256: checkFingerprint,
  on_foreign: oneOf(["refuse", "replace"]),
};

/** Where an entry is. */
export interface EntryAddress {
  readonly host: string;
  readonly path: string;
  readonly password: string;
  readonly alias: string;
}

/** What an entry is delivered from: one of the two. */
export interface EntrySource {
  /** Path of a store; empty where a plan is made without artifacts. */
  readonly artifact: string | null;
  readonly certificate_pem?: string | null;
}

/** What both kinds of entries remember. */
export interface EntryState extends EntryAddress, ClaimRow {
  readonly id: string;
  readonly sha256: string;
  readonly subject: string;
  readonly not_after: string;
  readonly on_foreign: string;
  readonly generation: number;
  readonly other_generation: number;
  readonly identity: string;
}

/** What both kinds of entries are asked to be. */
export interface PlannedEntry extends EntryAddress, EntrySource {
  readonly sha256: string;
  readonly subject: string | Unknown;
  readonly not_after: string | Unknown;
  readonly on_foreign: string | Unknown;
  readonly generation: number | Unknown;
  readonly other_generation: number | Unknown;
  readonly identity: string | Unknown;
  readonly claim: string | Unknown;
  readonly owner: string | Unknown;
  readonly content: string | Unknown;
  readonly on_destroy: string | Unknown;
}

/** What makes the two kinds of entries differ. */
export interface EntryKind {
  readonly kind: DeclaredEntry["kind"];
  readonly typeName: string;
  /** Password of the key; the store's where none is declared. */
  readonly keyPassword?: string;
}

/** A row as a plan knows it. */
export type Plan<T> = { readonly [K in keyof T]: T[K] | Unknown };

/** A row of version 0 in the words of this one. */
export function upgradeEntry(
  state: UpgradeOf<typeof entryAttributes & typeof artifactAttributes>,
  kind: DeclaredEntry["kind"],
): EntryState & { readonly artifact: string } {
  const alias = state.alias ?? "";
  const sha256 = state.sha256 ?? "";
  const host = relocate(state.host ?? "");
  const path = state.path ?? "";
  return {
    ...upgradedRow(claimIdOfVersion1(kind === "anchor" ? { kind, alias, sha256 } : { kind: "key", alias })),
    id: formatId(host, path, alias),
    host,
    path,
    password: relocate(state.password ?? ""),
    alias,
    sha256,
    artifact: state.artifact ?? "",
    subject: state.subject ?? "",
    not_after: state.not_after ?? "",
    on_foreign: state.on_foreign ?? "refuse",
    generation: state.generation ?? UNKNOWN_GENERATION,
    other_generation: state.other_generation ?? UNKNOWN_GENERATION,
    identity: state.identity ?? UNKNOWN_IDENTITY,
  };
}
