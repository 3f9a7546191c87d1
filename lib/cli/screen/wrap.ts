import stringWidth from "string-width";
import { terminalLine } from "../../text";
import type { Line, Look, Span } from "./line";

/** A word with the white space before it. */
interface Word {
  readonly space: string;
  readonly text: string;
  readonly look: Look | undefined;
}

/**
 * Breaks a line between its words so that it fits a terminal; a word that is longer than that is broken after a sign
 * that joins its parts, such as `/` or `.`, and nothing is left out.
 *
 * @param columns what there is room for; undefined where the output is no terminal, and lines may have any length
 * @param indent columns that its second line and the following begin after
 */
export function wrapLine(parts: Line, columns: number | undefined, indent: number): Line[] {
  if (columns === undefined) return [parts];
  const lines: Span[][] = [[]];
  let used = 0;
  const put = (text: string, look: Look | undefined): void => {
    const current = lines.at(-1) ?? [];
    const last = current.at(-1);
    if (last !== undefined && last.look === look)
      current[current.length - 1] = { ...last, text: last.text + text };
    else current.push({ text, ...(look === undefined ? {} : { look }) });
    used += stringWidth(text);
  };
  const begin = (): void => {
    trimEnd(lines.at(-1));
    lines.push([]);
    used = 0;
    put(" ".repeat(indent), undefined);
  };
  for (const { space, text, look } of wordsOf(parts)) {
    const width = stringWidth(text);
    if (used + space.length + width <= columns) {
      put(space + text, look);
      continue;
    }
    const pieces = width <= columns - indent ? [text] : piecesOf(text, columns - indent);
    let isFirst = true;
    for (const piece of pieces) {
      const before = isFirst ? space : "";
      isFirst = false;
      if (used + before.length + stringWidth(piece) > columns && used > indent) begin();
      put(used > indent || lines.length === 1 ? before + piece : piece, look);
    }
  }
  return lines;
}

function trimEnd(parts: Span[] = []): void {
  const last = parts.at(-1);
  if (last !== undefined) parts[parts.length - 1] = { ...last, text: last.text.trimEnd() };
}

function wordsOf(parts: Line): Word[] {
  return parts.flatMap(({ text, look, isWhole = false }) => {
    const safe = terminalLine(text);
    if (isWhole) return [{ space: /^\s*/.exec(safe)?.[0] ?? "", text: safe.trimStart(), look }];
    return [...safe.matchAll(/(\s*)(\S+|$)/g)]
      .filter(([whole]) => whole !== "")
      .map(([, space = "", word = ""]) => ({ space, text: word, look }));
  });
}

/** Where words end; what joins the parts of a path or a list; and what joins those of a name: broken after these. */
const JOINTS = [/(?<= )/, /(?<=[/\\,=])|(?<=:)(?!\d+$)/, /(?<=[.@_-])/];

/** A long word in pieces, each of which fits. */
function piecesOf(word: string, columns: number, [joint, ...finer] = JOINTS): string[] {
  if (stringWidth(word) <= columns) return [word];
  if (joint === undefined) return cut(word, columns);
  return word.split(joint).flatMap((part) => piecesOf(part, columns, finer));
}

function cut(part: string, columns: number): string[] {
  const pieces = [""];
  for (const character of part) {
    const last = pieces.at(-1) ?? "";
    if (stringWidth(last + character) <= columns) pieces[pieces.length - 1] = last + character;
    else pieces.push(character);
  }
  return pieces;
}
