import { shortened } from "../words";

/** About how wide a text is, in pixels: fonts differ, and what is too wide is cut rather than run over. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * size;
}

/** Widths that are known: a page asks for those of the same few characters again and again. */
const known = new Map<string, number>();

function widthOf(character: string): number {
  const width = known.get(character) ?? guessed(character);
  known.set(character, width);
  return width;
}

function guessed(character: string): number {
  if ((character.codePointAt(0) ?? 0) > 0x2e7f) return 1;
  if (/[MWmw@%]/.test(character)) return 0.88;
  if (/[A-Z]/.test(character)) return 0.68;
  return /[ijltfI.,:;'| !()/-]/.test(character) ? 0.37 : 0.59;
}

/** The text, or as much of its beginning as there is room for; nothing where that would say nothing. */
export function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const characters = Array.from(shortened(text, 200));
  while (characters.length > 0 && textWidth(characters.join(""), size) > width - size) characters.pop();
  return characters.length < 3 ? "" : `${characters.join("").trimEnd()}…`;
}

/** The first of several ways to say something that there is room for. */
export function firstFitting(ways: readonly string[], width: number, size: number): string | undefined {
  return ways.find((way) => textWidth(way, size) <= width);
}
