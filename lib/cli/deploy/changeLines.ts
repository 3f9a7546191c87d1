import { day } from "../../model/day";
import { groupBy } from "../../model/groupBy";
import { type Line, type Look, line, shown, whole } from "../screen";
import type { ChangeWord, PlannedChange, Values } from "./plannedChange";

/** Hexadecimal digits and colons of the eight bytes of a fingerprint that a terminal has room for. */
const SHORT_FINGERPRINT = 23;

/** Columns that what is wrapped begins after. */
export const CHANGE_INDENT = 6;

const LOOKS: Readonly<Record<ChangeWord, Look>> = {
  added: "good",
  changed: "warning",
  removed: "bad",
  replaced: "warning",
  withdrawn: "bad",
  renamed: "faint",
  activated: "good",
  imported: "good",
  forgotten: "warning",
  read: "faint",
};

/** How many of what, most telling first: `9 added, 1 replaced`. */
export function changeCounts(changes: readonly PlannedChange[]): string {
  const groups = groupBy(changes, ({ change }) => change);
  return (Object.keys(LOOKS) as ChangeWord[])
    .flatMap((word) => {
      const count = groups.get(word)?.length ?? 0;
      return count === 0 ? [] : [`${count} ${word}`];
    })
    .join(", ");
}

/**
 * What is changed, a line each below its place.
 *
 * @param isTerminal whether there is no room for a whole fingerprint, which the log has
 */
export function changeLines(changes: readonly PlannedChange[], isTerminal: boolean): Line[] {
  const groups = groupBy(changes, ({ place }) => place ?? "");
  return [...groups].flatMap(([place, group]) => [
    line(`  ${place === "" ? "besides" : place}`),
    ...group.map((change) => changeLine(change, isTerminal)),
  ]);
}

function changeLine(planned: PlannedChange, isTerminal: boolean): Line {
  const { change, details } = planned;
  const fingerprint = transition(planned.fingerprint, (text) =>
    isTerminal && text.length > SHORT_FINGERPRINT + 1 ? `${text.slice(0, SHORT_FINGERPRINT)}…` : text,
  );
  const expires = transition(planned.expires, day);
  const parts = [
    fingerprint,
    expires === "" ? "" : `until ${expires}`,
    transition(planned.subject, (text) => text),
    ...details,
  ].filter((part) => part !== "");
  return line(
    "    ",
    shown(LOOKS[change], change.padEnd(9)),
    `  ${nameOf(planned)}`,
    ...parts.map((part, index) =>
      whole(`${index === 0 ? "  " : " "}${part}${index < parts.length - 1 ? ";" : ""}`),
    ),
  );
}

function nameOf({ kind, place, alias, address }: PlannedChange): string {
  if (alias !== undefined) return `${kind} ${JSON.stringify(alias)}`;
  if (kind === "output") return `output ${address}`;
  return place === undefined ? address : kind;
}

/** `old → new`, or the one where there is no other. */
function transition({ before, after }: Values = {}, shorten: (text: string) => string): string {
  const texts = [before, after].flatMap((text) => (text === undefined ? [] : [shorten(text)]));
  return [...new Set(texts)].join(" → ");
}
