/** A line as it stands in a file. Offsets are into the text. */
export interface NaturalLine {
  readonly start: number;
  /** Before the line end. */
  readonly end: number;
  /** After the line end; the same as `end` on a last line without one. */
  readonly next: number;
}

/** The lines of a text, by `\n`, `\r\n` or `\r`; nothing follows a last line end. */
export function naturalLines(text: string): NaturalLine[] {
  const lines: NaturalLine[] = [];
  const lineEnd = /\r\n|\n|\r/g;
  let start = 0;
  for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
    lines.push({ start, end: match.index, next: lineEnd.lastIndex });
    start = lineEnd.lastIndex;
  }
  if (start < text.length) lines.push({ start, end: text.length, next: text.length });
  return lines;
}

/**
 * Adds lines at the end, with the file's own line end; a file whose last line has none keeps it so.
 *
 * @param extraLineEnds - how many more line ends go before the first of them
 */
export function appendLines(text: string, lines: readonly string[], extraLineEnds = 0): string {
  if (lines.length === 0) return text;
  const lineEnd = lineEndOf(text);
  const added = lineEnd.repeat(extraLineEnds) + lines.join(lineEnd);
  return text === "" || endsWithLineEnd(text) ? text + added + lineEnd : text + lineEnd + added;
}

/**
 * Removes from `start` to `next`, and where that was a last line without line end, the line end before it. Several
 * are removed from the last to the first.
 */
export function removeLines(text: string, start: number, next: number): string {
  const before = text.slice(0, start);
  const atEnd = next >= text.length && !endsWithLineEnd(text);
  return (atEnd ? before.replace(/(\r\n|\n|\r)$/, "") : before) + text.slice(next);
}

/** The line end that the last line before the end has; `\n` where the file has none. */
function lineEndOf(text: string): string {
  return text.match(/\r\n|\n|\r/g)?.at(-1) ?? "\n";
}

function endsWithLineEnd(text: string): boolean {
  return /[\r\n]$/.test(text);
}
