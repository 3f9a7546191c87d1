import { visible } from "./visible";

/** Somebody else's text within one line of ours: it neither ends the line nor steers the terminal. */
export function terminalLine(text: string): string {
  return visible(text);
}

/** Text of several lines for a terminal: line breaks and tabs stay, nothing else steers it. */
export function terminalText(text: string): string {
  return visible(text, "\n\t");
}
