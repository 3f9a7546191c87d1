import { terminalLine } from "../../text";

/** How a piece of text stands out where there are colours; it says the same without. */
export type Look = "good" | "bad" | "warning" | "faint" | "strong";

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly look?: Look;
  /** Whether it is broken only where it is longer than a line. @default false */
  readonly isWhole?: boolean;
}

/** A line for people, before it is wrapped to a terminal. */
export type Line = readonly Span[];

/** A line of plain texts and of such that stand out. */
export function line(...parts: readonly (string | Span)[]): Line {
  return parts.map((part) => (typeof part === "string" ? { text: part } : part));
}

/** Text that stands out. */
export function shown(look: Look, text: string): Span {
  return { text, look };
}

/** Text that stays together, for example a word and its value, with the space before it. */
export function whole(text: string): Span {
  return { text, isWhole: true };
}

/** What a line says, made safe. */
export function textOf(parts: Line): string {
  return parts.map(({ text }) => terminalLine(text)).join("");
}
