import type { EntryRow } from "./rows";

const COLUMNS: readonly (readonly [name: string, value: keyof EntryRow])[] = [
  ["host", "host"],
  ["path", "path"],
  ["format", "format"],
  ["password", "password"],
  ["alias", "alias"],
  ["kind", "kind"],
  ["key", "key"],
  ["subject", "subject"],
  ["issuer", "issuer"],
  ["sha256", "sha256"],
  ["not_after", "notAfter"],
  ["days_left", "daysLeft"],
  ["problems", "problems"],
  ["used_by", "usedBy"],
];

/** Comma-separated values (RFC 4180), one line an entry, with a heading. */
export function csvOf(rows: readonly EntryRow[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, value]) => row[value]))];
  return lines.map((cells) => cells.map(cell).join(",")).join("\n");
}

/** A spreadsheet takes what begins with these for a formula, whoever wrote it; a number is none. */
const FORMULA = /^[=+@\t\r]|^-(?!\d+$)/;

function cell(text: string): string {
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
