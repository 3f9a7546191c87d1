import { DAY_MS } from "../../model/day";

/** `1 hop`, `2 hops`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Longer texts of others are cut: a name may be as long as whoever gave it likes. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text.slice(0, most * 2));
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

/** Whole days from one time to another, negative for one before it. */
export function daysBetween(from: Date, to: string): number {
  return Math.floor((Date.parse(to) - from.getTime()) / DAY_MS);
}

/** How far off an end is, for people: `13 days`, `7 months`, `4 years`, `expired`. */
export function distance(days: number): string {
  if (days < 0) return "expired";
  if (days < 90) return counted(days, "day");
  return days < 730 ? counted(Math.round(days / 30.4), "month") : counted(Math.round(days / 365.25), "year");
}

/** The first few of many, and how many more there are. */
export function someOf(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(", ");
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}
