import { htmlText } from "../../text";

/** HTML or SVG that is ready to be written; all other text is escaped where it goes into some. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in markup; undefined stands for nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Markup from a template: what is put into it is escaped, unless it is markup itself. */
export function markup(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(pieces.reduce((text, piece, index) => `${text}${written(contents[index - 1])}${piece}`));
}

/** Several contents as one. */
export function joined(contents: readonly Content[], between = ""): Markup {
  return new Markup(contents.map(written).join(between));
}

function written(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (content === undefined) return "";
  if (typeof content === "string") return htmlText(content);
  if (typeof content === "number") return numberText(content);
  return content.map(written).join("");
}

/** Coordinates need no more than a tenth. */
export function numberText(number: number): string {
  return String(Math.round(number * 10) / 10);
}
