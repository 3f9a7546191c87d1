import { posix } from "node:path";

import type { ListedFile } from "../hostFiles";
import type { SearchEvent } from "../search/search";

/** Mode, owner and size of a file, as `ls -ln` shows them. */
export interface Looks {
  /** Permission bits with set-id and sticky bits, for example `0o640`. */
  readonly mode: number;
  readonly ownerId: number;
  readonly groupId: number;
  /** Whether an access control list stands beside the permission bits. */
  readonly hasAccessList: boolean;
}

/** The directory of a real path, with a slash at its end, as the library has it. */
export function directoryOf(file: string): string {
  const directory = posix.dirname(file);
  return directory.endsWith("/") ? directory : `${directory}/`;
}

/**
 * Reads `-rw-r----- 0 0 4711`.
 *
 * @throws RangeError where it is something else
 */
export function parseLooks(text: string): Looks {
  const [, letters = "", mark = "", owner, group] =
    /^[a-zA-Z-]([r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-])([^ ]*) (\d+) (\d+) /.exec(`${text} `) ?? [];
  if (letters === "") throw new RangeError(`"${text}" does not show the mode of a file`);
  return {
    mode: modeOf(letters),
    ownerId: Number(owner),
    groupId: Number(group),
    hasAccessList: mark.includes("+"),
  };
}

/** Names in a directory, without itself and the one above; what a pattern without a match leaves is none. */
export function parseNames(listed: Buffer): string[] {
  const none = new Set(["", ".", "..", "*", ".*"]);
  return listed
    .toString("utf8")
    .split("\0")
    .filter((name) => !none.has(name));
}

/** Names and times: `./a`, NUL, …, NUL, NUL, and a line with a time for each, where the machine tells. */
export function parseListed(listed: Buffer): ListedFile[] {
  const end = listed.indexOf("\0\0");
  if (end === -1) return [];
  const times = listed.toString("utf8", end + 2).split("\n");
  return listed
    .toString("utf8", 0, end)
    .split("\0")
    .map((name, index) => ({
      name: name.slice("./".length),
      modifiedMs: millisecondsOf(times[index] ?? ""),
    }));
}

/** What a search says: kind, bytes and path of each, with a NUL behind every one. */
export function parseSearch(said: Buffer): SearchEvent[] {
  const words = said.toString("utf8").split("\0");
  const events: SearchEvent[] = [];
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [kind = "", bytes = "", path = ""] = words.slice(at, at + 3);
    if (kind === "file" || kind === "link") events.push({ kind, path, bytes: Number(bytes) });
    else if (kind === "missing" || kind === "unlisted" || kind === "deep" || kind === "cut")
      events.push({ kind, path });
  }
  return events;
}

/** `2026-01-01 10:00:00.123456789 +0000`; 0 where there is none. */
function millisecondsOf(text: string): number {
  const [, day, time, fraction = "0", zone] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))? ([+-]\d{4})$/.exec(text.trim()) ?? [];
  if (day === undefined || zone === undefined) return 0;
  const whole = Date.parse(`${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`);
  return whole + Number(`0.${fraction}`) * 1_000;
}

function modeOf(letters: string): number {
  const bits = letters.split("").map((letter, index): number => {
    const isSpecial = /[sStT]/.test(letter);
    const plain = letter === "-" || letter === "S" || letter === "T" ? 0 : 1 << (8 - index);
    return plain | (isSpecial ? (SPECIAL[index] ?? 0) : 0);
  });
  return bits.reduce((mode, bit) => mode | bit, 0);
}

/** By the place of the letter: set-user-id, set-group-id, sticky. */
const SPECIAL: Readonly<Record<number, number>> = { 2: 0o4000, 5: 0o2000, 8: 0o1000 };
