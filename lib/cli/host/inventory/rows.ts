import { daysUntil } from "../../../check";
import type { EntryPlace, Inventory, InventoryEntry, InventoryFile, StorePassword } from "../../../inventory";

/** What an entry comes to, in words; one row of a table. */
export interface EntryRow extends EntryPlace {
  readonly format: string;
  readonly password: string;
  readonly kind: string;
  readonly key: string;
  readonly subject: string;
  readonly issuer: string;
  readonly sha256: string;
  readonly notAfter: string;
  readonly daysLeft: string;
  /** Rules that have something to say about it. */
  readonly problems: string;
  /** Where the file is used. */
  readonly usedBy: string;
}

/** Every entry of every file; a file without any has one row of its own. */
export function entryRows({ hosts }: Inventory, now: Date): EntryRow[] {
  return hosts.flatMap(({ host, files }) => files.flatMap((file) => rowsOf(host, file, now)));
}

function rowsOf(host: string, file: InventoryFile, now: Date): EntryRow[] {
  const common = {
    host,
    path: file.path,
    format: formatInWords(file),
    password: passwordInWords(file.password),
    usedBy: [...new Set(file.usedBy.map(({ product, as, by }) => `${product} (${as}, ${by})`))].join("; "),
  };
  const rows = file.entries.map((entry) => ({
    ...common,
    ...entryInWords(entry, now),
    problems: problemsOf(file, (subject) => subject === entry.alias),
  }));
  const known = new Set(file.entries.map(({ alias }) => alias));
  const ofFile = problemsOf(file, (subject) => !known.has(subject));
  if (rows.length > 0 && ofFile === "") return rows;
  const nothing = {
    alias: "",
    kind: "",
    key: "",
    subject: "",
    issuer: "",
    sha256: "",
    notAfter: "",
    daysLeft: "",
  };
  return [{ ...common, ...nothing, problems: ofFile }, ...rows];
}

function entryInWords(entry: InventoryEntry, now: Date) {
  const [leaf] = entry.chain;
  return {
    alias: entry.alias,
    kind: entry.isPlainKey === true ? "plain key" : entry.kind,
    key: leaf?.keyAlgorithm ?? "",
    subject: leaf?.subject ?? "",
    issuer: leaf?.issuer ?? "",
    sha256: leaf?.sha256 ?? "",
    notAfter: leaf?.notAfter ?? "",
    daysLeft: leaf === undefined ? "" : String(daysUntil(new Date(leaf.notAfter), now)),
  };
}

function problemsOf({ findings }: InventoryFile, isMeant: (subject: string) => boolean): string {
  return [...new Set(findings.filter(({ subject }) => isMeant(subject)).map(({ rule }) => rule))].join(" ");
}

export function formatInWords({ format, profile }: Pick<InventoryFile, "format" | "profile">): string {
  if (format === "not-read") return "not read";
  return profile === undefined || profile === format ? format : `${format} (${profile})`;
}

export function passwordInWords(password: StorePassword | undefined): string {
  switch (password?.kind) {
    case undefined:
      return "";
    case "reference":
      return password.reference;
    case "default":
      return "a known default";
    case "none":
      return "none";
    case "unknown":
      return "not known";
  }
}
