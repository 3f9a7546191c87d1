// Writes the catalogue's words into the pages that list rules: `npm run docs:rules`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Rule, RULES, RULES_BY_SUBJECT } from "../lib/rules";

/** From here to its end the page of verdicts is the catalogue's. */
const MARK = "<!-- from lib/rules/catalogue, by npm run docs:rules -->\n";

/** `docs/verdicts.md` with a section for every rule, by subject. */
export function verdictsPage(page: string): string {
  const sections = Object.entries(RULES_BY_SUBJECT).map(([subject, rules]) =>
    [`## ${subject}\n`, ...Object.entries(rules).map(([id, rule]) => section(id, rule))].join("\n"),
  );
  return `${page.slice(0, page.indexOf(MARK) + MARK.length)}\n${sections.join("\n")}`;
}

function section(id: string, { level, cause, says = [], remedy, ours }: Rule): string {
  const logs = says.map((text) => `\`${text}\``).join(", ");
  return [
    `### ${id}\n`,
    `- **${level === "warning" ? "Warns" : "Finds"} that** ${cause}.`,
    ...(logs === "" ? [] : [`- **In logs** ${logs}.`]),
    `- **Do** ${remedy}.${ours === undefined ? "\n" : ""}`,
    ...(ours === undefined
      ? []
      : [
          `- **Ours alone** where ${ours.when}: ${ours.because}. [\`strict: false\`](#stricter-than-the-peers).\n`,
        ]),
  ].join("\n");
}

const HEAD = ["rule", "level", "what it means"];

/** `docs/keystore-formats.md` with the catalogue's words for the rules that its last table names. */
export function formatsPage(page: string): string {
  const at = page.indexOf("| rule ");
  const end = page.indexOf("\n\n", at) + 1;
  const rows = rulesOfFormatsPage(page).map((id) => {
    const rule: Rule | undefined = new Map<string, Rule>(Object.entries(RULES)).get(id);
    if (rule === undefined) throw new Error(`docs/keystore-formats.md names ${id}, which is no rule`);
    return [`\`${id}\``, rule.level ?? "error", rule.cause];
  });
  return `${page.slice(0, at)}${table([HEAD, ...rows])}${page.slice(end)}`;
}

/** The rules that the table of `docs/keystore-formats.md` names. */
export function rulesOfFormatsPage(page: string): string[] {
  const text = page.slice(page.indexOf("| rule "));
  return [...text.matchAll(/^\| `([a-z-]+)` /gm)].map(([, id = ""]) => id);
}

export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], filler = " "): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(" | ")} |\n`;
  const rule = line(
    head.map(() => ""),
    "-",
  );
  return [line(head), rule, ...rows.map((row) => line(row))].join("");
}

function update(file: string, render: (page: string) => string): void {
  const path = join(__dirname, "../docs", file);
  writeFileSync(path, render(readFileSync(path, "utf8")));
}

if (require.main === module) {
  update("verdicts.md", verdictsPage);
  update("keystore-formats.md", formatsPage);
}
