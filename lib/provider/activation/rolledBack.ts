import type { ActivationRecord, HostFiles } from "../../hosts";

/** A file of which an owner's unproven things go back, and to what. */
export interface RollBackTarget {
  readonly host: HostFiles;
  readonly path: string;
  readonly owner: string;
  readonly known: ActivationRecord;
}

/** What became of one thing that was not proven. */
export interface RolledBack {
  /** As the host spells it. */
  readonly path: string;
  /** For people: `key "flow"`, `certificate "x"`, `property a`, `the file`, `the password`. */
  readonly thing: string;
  /** Back at the proven content, taken out as a destroy would, or as it was. */
  readonly outcome: "restored" | "withdrawn" | "left";
  /** Why it is as it was. */
  readonly reason?: string;
  /** Where the password is found that a store is under again; of a store's password. */
  readonly password?: string;
  /** Fingerprint of its certificate before the roll-back. */
  readonly from?: string;
  /** Fingerprint of the certificate that is there now. */
  readonly to?: string;
}

/** Why something stays as it is. */
export const REASONS = {
  changed: "somebody has changed it since it was delivered",
  shared: "another owner has declared the same and relies on it",
  readByOthers: "another product was seen to open the store with the new one",
  formerPassword: "the former one is not at hand",
  removed: "it was taken out, and what was taken out is not put back",
  lost: "what was proven last is in none of the backups",
} as const;

/** The proven content is in no backup that the password opens. */
export function closedBackups(count: number, reference: string): string {
  return count === 0
    ? REASONS.lost
    : `what was proven last is in none of the backups that the password ${reference} opens; ${count} it does not open`;
}

/** A key of a claim in the words that people know it by. */
export function thingOfKey(key: string): string {
  const [, kind = "", at = ""] = /^(\w+) (.*)$/s.exec(key) ?? [];
  if (kind === "anchor") return `certificate "${at}"`;
  if (kind === "key") return `key "${at}"`;
  if (kind === "password") return "the password";
  return kind === "file" ? "the file" : at;
}
