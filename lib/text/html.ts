import { printableJson } from "./json";
import { visible } from "./visible";

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Printable ASCII in which nothing is to be escaped: most of what is written is that. */
const PLAIN = /^[ !#-%(-;=?-~]*$/;

/**
 * Text between the tags of HTML or SVG, or in a quoted attribute: neither ends what it stands in, and nothing in it
 * hides or reorders what a person reads.
 */
export function htmlText(text: string): string {
  if (PLAIN.test(text)) return text;
  return visible(text).replace(/[&<>"']/g, (character) => REFERENCES[character] ?? "");
}

/** JSON for a `<script type="application/json">`: it neither ends the element nor begins a comment (HTML, 4.12.1.3). */
export function scriptJson(value: unknown): string {
  return printableJson(value).replace(
    /[<>&]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
