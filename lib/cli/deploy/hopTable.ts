import stringWidth from "string-width";
import { groupBy } from "../../model/groupBy";
import { sentenceOf } from "../../rules";
import { terminalLine } from "../../text";
import type { CliIo } from "../io";
import { type Line, type Look, line, printStyled, shown, textOf, wrapLine } from "../screen";
import { formatTable } from "../table";
import { type HopRow, causeIn, hopRows } from "./hopRows";
import type { ProvenHops } from "./prove";
import { unprovenLines } from "./unproven";
import { type Warning, warningLines } from "./warnings";

const HEAD = { verdict: "verdict", hop: "hop", expiry: "next expiry" } as const;
const GAP = 2;

const LOOKS: Readonly<Record<HopRow["verdict"], Look>> = {
  ok: "good",
  FAILS: "bad",
  "not proven": "warning",
};

/**
 * Prints each hop, what it needs, its verdict and the next expiry; below it what else was found, which servers were not
 * called, and what is not proven.
 */
export function printHops(io: CliIo, proven: ProvenHops): void {
  printStyled(io.stdout, hopTable(proven, io.stdout.columns));
  printStyled(io.stdout, [
    ...findingLines(proven),
    ...[...filesOnlyLines(proven), ...unprovenLines(proven)].map((text) => line(text)),
  ]);
}

/** Why no running server was called, a line a reason. */
export function filesOnlyLines({ filesOnly = new Map<string, string>() }: ProvenHops): string[] {
  return [...groupBy([...filesOnly.values()], (why) => why)].map(
    ([why, same]) => `files only${same.length === 1 ? "" : ` (${same.length} hops)`}: ${why}`,
  );
}

/**
 * The summary of a deploy: each hop, what it needs, its verdict and the next expiry.
 *
 * @param columns width of the terminal to wrap to; one line a hop where the output is none
 */
export function hopTable(proven: ProvenHops, columns?: number): Line[] {
  const rows = hopRows(proven);
  const table = columns === undefined ? plainTable(rows) : narrowTable(rows, columns);
  return [...table, countLine(rows)];
}

/** Columns for tools: what has any length comes last. */
function plainTable(rows: readonly HopRow[]): Line[] {
  const isCalled = rows.some(({ proof }) => proof === "live");
  const cells = rows.map(({ hop, nextExpiry = "", needs, proof = "", verdict, reason }) => [
    hop,
    nextExpiry,
    needs.join(", "),
    ...(isCalled ? [proof] : []),
    `${verdict}: ${reason}`,
  ]);
  return formatTable([HEAD.hop, HEAD.expiry, "needs", ...(isCalled ? ["proof"] : []), HEAD.verdict], cells)
    .split("\n")
    .map((text) => line(text));
}

/** Two or three lines a hop, so that a name and a port have room. */
function narrowTable(rows: readonly HopRow[], columns: number): Line[] {
  const verdictWidth = widest([HEAD.verdict, ...rows.map(({ verdict }) => verdict)]);
  const before = verdictWidth + GAP;
  const room = Math.max(20, columns - before - GAP - HEAD.expiry.length);
  const hopWidth = Math.min(room, widest([HEAD.hop, ...rows.map(({ hop }) => terminalLine(hop))]));
  const below = (text: string, look?: Look) =>
    wrapLine(line(" ".repeat(before), look === undefined ? text : shown(look, text)), columns, before);
  const head = [pad(HEAD.verdict, before), pad(HEAD.hop, hopWidth + GAP), HEAD.expiry].join("");
  return [
    line(shown("strong", head)),
    ...rows.flatMap((row) => {
      const [hop, ...rest] = wrapLine(line(row.hop), hopWidth, 0).map(textOf);
      return [
        line(
          shown(LOOKS[row.verdict], pad(row.verdict, before)),
          ...(row.nextExpiry === undefined ? [hop ?? ""] : [pad(hop ?? "", hopWidth + GAP), row.nextExpiry]),
        ),
        ...rest.flatMap((text) => below(text)),
        ...belowHop(row).flatMap((text) => below(text, "faint")),
        ...(row.isPlain ? [] : below(row.reason)),
      ];
    }),
  ];
}

/** What the hop needs, and whether its running server was called. */
function belowHop({ needs, proof }: HopRow): string[] {
  const all = [...needs, ...(proof === "live" ? ["live"] : [])];
  return all.length === 0 ? [] : [all.join(", ")];
}

function countLine(rows: readonly HopRow[]): Line {
  const groups = groupBy(rows, ({ verdict }) => verdict);
  const counts = (Object.keys(LOOKS) as HopRow["verdict"][]).flatMap((verdict) => {
    const count = groups.get(verdict)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return line(`${rows.length === 1 ? "1 hop" : `${rows.length} hops`}: ${counts.join(", ")}`);
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => stringWidth(text)));
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

/** What else was found than the one cause that the table has room for: each error once, one line a kind of warning. */
export function findingLines({ verdicts }: ProvenHops): Line[] {
  const told = new Set(verdicts.flatMap((verdict) => causeIn(verdict)?.message ?? []));
  const findings = verdicts.flatMap((verdict) =>
    verdict.findings.filter(({ message }) => !told.has(message)),
  );
  const byText = new Map(
    findings.map((finding) => [
      `${finding.level} ${finding.subject} ${finding.rule} ${finding.message}`,
      finding,
    ]),
  );
  const all = [...byText.values()];
  const errors = all.filter(({ level }) => level === "error");
  const warnings = all
    .filter(({ level }) => level === "warning")
    .map((finding): Warning => ({
      place: finding.subject,
      rule: finding.rule,
      message: sentenceOf(finding),
    }));
  return [
    ...errors.map((finding) =>
      line(shown("bad", "error: "), `${finding.subject} [${finding.rule}]: ${sentenceOf(finding)}`),
    ),
    ...warningLines(warnings).map((each) => line(shown("warning", "warning: "), ...each)),
  ];
}
