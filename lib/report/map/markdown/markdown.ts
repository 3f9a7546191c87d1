import { day } from "../../../model/day";
import { markdownCode, markdownText } from "../../../text";
import type { MapCause, MapData, MapHop } from "../data/mapData";
import { explainCommand } from "../data/hopCommand";
import { CHANGE_SIGNS } from "../drawing/marks";
import { changeCounts, changeTitle } from "../page/changes";
import { endingWords, failingWords, headlineOf, wellWords } from "../page/headline";
import { hopText } from "../page/hopLinks";
import { counted, daysBetween, distance, someOf } from "../words";
import { changesDiagram } from "./mermaid";

/** A comment on GitHub may have 65,536 characters; somebody may want to write around it. */
export const MOST_CHARACTERS = 60_000;
const MOST_HOPS = 10;
const MOST_ENDINGS = 5;
/** What ends later is no matter of a review. */
const NEAR_DAYS = 90;

/** What a reviewer wants to know, as a comment: what is wrong, what changes, why hops fail, what ends soon. */
export function markdownOf(data: MapData): string {
  const sections = [
    [`### ${markdownText(`Trust map · ${data.environment}`)}: ${headlineText(data)}`],
    changesSection(data),
    changesPicture(data),
    causesSection(data),
    endingsSection(data),
    [`Who calls whom, and who vouches: ${markdownCode("trust-map.html")}, ${day(data.now)}.`],
  ].filter((lines) => lines.length > 0);
  return within(sections, MOST_CHARACTERS);
}

function headlineText(data: MapData): string {
  const head = headlineOf(data);
  const failing = head.failing > 0 ? `✕ ${head.failing} ${failingWords(head)}` : wellWords(head);
  return head.ending > 0 ? `${failing} ! ${head.ending} ${endingWords(head)}` : failing;
}

function changesSection(data: MapData): string[] {
  const { changes } = data;
  if (changes === undefined) return [];
  const some = (sign: string, words: string, hops: readonly MapHop[]) =>
    hops.length === 0 ? [] : [item(sign, `${words}${hopsText(hops)}`)];
  const lines = [
    ...changes.broken.map(({ rule, message, hops }) =>
      item("✕", `${rule}: ${message}; fails now, ${hopsText(hops)}`),
    ),
    ...some(CHANGE_SIGNS.added, "new, ", changes.added),
    ...some(CHANGE_SIGNS.removed, "removed, ", changes.removed),
    ...changes.certificates.map((change) =>
      item(
        CHANGE_SIGNS.changed,
        `${changeTitle(change)}: ${someOf(
          change.renewals.map(({ owner, hops }) => `${owner} (${hops.length})`),
          MOST_HOPS,
        )}`,
      ),
    ),
    ...some(CHANGE_SIGNS.changed, "changed in another way, ", changes.others),
    ...some("✓", "works now, ", changes.repaired),
  ];
  return [`**What changes**: ${changeCounts(data)}`, "", ...(lines.length === 0 ? ["- nothing"] : lines)];
}

function changesPicture(data: MapData): string[] {
  const diagram = data.changes === undefined ? undefined : changesDiagram(data);
  return diagram === undefined ? [] : [["```mermaid", ...diagram, "```"].join("\n")];
}

function causesSection({ causes, environment }: MapData): string[] {
  if (causes.length === 0) return [];
  const count = causes.reduce((sum, { hops }) => sum + hops.length, 0);
  return [
    `**Why ${count === 1 ? "one hop fails" : `${count} hops fail`}**`,
    "",
    ...causes.map((cause) => causeItem(cause, environment)),
  ];
}

function causeItem({ rule, message, remedy, hops }: MapCause, environment: string): string {
  const [first] = hops;
  const command = first === undefined ? "" : ` ${markdownCode(explainCommand(first.id, environment))}`;
  const remedied = remedy === "" ? "" : `; ${remedy}`;
  return `${item("✕", `${rule}: ${message}${remedied} (${hopsText(hops)})`)}${command}`;
}

function endingsSection({ endings, now }: MapData): string[] {
  const near = endings.filter(({ certificate }) => daysBetween(now, certificate.notAfter) < NEAR_DAYS);
  if (near.length === 0) return [];
  return [
    "**What ends next**",
    "",
    ...near
      .slice(0, MOST_ENDINGS)
      .map(({ certificate: { name, notAfter }, hops }) =>
        item(day(notAfter), `${distance(daysBetween(now, notAfter))}: ${name}, ${counted(hops, "hop")}`),
      ),
    ...(near.length > MOST_ENDINGS
      ? [`- and ${near.length - MOST_ENDINGS} more within ${NEAR_DAYS} days`]
      : []),
  ];
}

function hopsText(hops: readonly MapHop[]): string {
  return `${counted(hops.length, "hop")}: ${someOf(hops.map(hopText), MOST_HOPS)}`;
}

function item(sign: string, text: string): string {
  return `- ${sign} ${markdownText(text)}`;
}

/** As many whole lines as there is room for, and how many were left out. */
function within(sections: readonly (readonly string[])[], most: number): string {
  const lines = sections.flatMap((section, index) => (index === 0 ? section : ["", ...section]));
  const leftOut = (count: number) => `\n- … and ${counted(count, "more line")}: see the map\n`;
  const room = most - leftOut(lines.length).length;
  let length = 0;
  const fitting = lines.findIndex((line) => {
    length += line.length + 1;
    return length > room;
  });
  if (fitting === -1) return `${lines.join("\n")}\n`;
  return `${lines.slice(0, fitting).join("\n")}${leftOut(lines.length - fitting)}`;
}
