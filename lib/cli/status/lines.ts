import { expiryLines } from "../expiry";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { type Line, type Look, line, shown } from "../screen";
import type { Status } from "./gather";

interface Section {
  readonly title: string;
  /** In a few words. */
  readonly summary: string;
  readonly look: Look;
  readonly items: readonly string[];
}

/** The page of an environment: a line a question, and below it what there is to see to. */
export function statusLines(status: Status): Line[] {
  const sections = [callsOf(status), ...sectionsOf(status)];
  return [
    line(shown("strong", `environment ${status.environment}`)),
    ...sections.flatMap(({ title, summary, look, items }) => [
      line(title.padEnd(10), shown(look, summary)),
      ...items.map((item) => line(`  ${item}`)),
    ]),
  ];
}

function callsOf({ rows }: Status): Section {
  const failing = rows.filter(({ verdict }) => verdict === "FAILS");
  const ok = rows.filter(({ verdict }) => verdict === "ok");
  return {
    title: "calls",
    summary: `${ok.length} ok, ${failing.length} failing`,
    look: failing.length === 0 ? "good" : "bad",
    items: failing.map(({ hop, reason }) => `${hop} FAILS: ${reason}`),
  };
}

function sectionsOf({
  environment,
  rows,
  drift,
  owed,
  unread,
  steps,
  expiring,
  rotating,
}: Status): Section[] {
  const unproven = [
    ...rows.filter(({ verdict }) => verdict === "not proven").map(({ hop, reason }) => `${hop}: ${reason}`),
    ...steps.map(({ place, text, step }) => `${place}: ${text} (step ${step})`),
    ...unseenLines(drift),
    ...unread.map((text) => `not read: ${text}`),
  ];
  return [
    sectionOf("drifted", "bad", driftLines(drift, environment)),
    sectionOf(
      "owed",
      "bad",
      owed.map(
        ({ label, hostId, places, remedy }) =>
          `${label} on ${hostId} has still to read ${places.join(", ")}: ${remedy}`,
      ),
    ),
    sectionOf("unproven", "warning", unproven),
    sectionOf(
      "rotating",
      "warning",
      rotating.map(({ identityId, phase }) => `${identityId}: ${phase}`),
    ),
    sectionOf("ends soon", "warning", expiryLines(expiring)),
  ];
}

function sectionOf(title: string, look: Look, items: readonly string[]): Section {
  return items.length === 0
    ? { title, summary: "none", look: "good", items }
    : { title, summary: String(items.length), look, items };
}
