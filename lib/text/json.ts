import { HIDDEN } from "./visible";

/**
 * JSON that is safe to print: what steers a terminal or hides stands as `\uXXXX`, so that tools read the same value.
 *
 * @param indent spaces a level; everything on one line where absent
 */
export function printableJson(value: unknown, indent?: number): string {
  // Line breaks that are left are JSON's own: those in strings are escaped already.
  return JSON.stringify(value, null, indent).replace(HIDDEN, (character) =>
    character === "\n" ? character : unicodeEscapes(character),
  );
}

/** `\uXXXX` for each UTF-16 unit, as JSON and Java's properties have it. */
export function unicodeEscapes(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
