import { styleText } from "node:util";
import { terminalLine } from "../../text";
import type { Line, Look } from "./line";

const FORMATS = {
  good: "green",
  bad: "red",
  warning: "yellow",
  faint: "dim",
  strong: "bold",
} as const satisfies Readonly<Record<Look, Parameters<typeof styleText>[0]>>;

/** A line with its colours, made safe: nothing in its texts steers the terminal. */
export function painted(parts: Line): string {
  return parts
    .map(({ text, look }) => {
      const safe = terminalLine(text);
      return look === undefined ? safe : styleText(FORMATS[look], safe, { validateStream: false });
    })
    .join("");
}
