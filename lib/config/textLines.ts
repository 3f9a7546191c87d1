import { naturalLines } from "./naturalLines";

/** A line in a text that is being edited, with its neighbours. */
export interface TextLine {
  text: string;
  /** The line end that closes it; only the last one may have none. */
  end: string;
  previous: TextLine | undefined;
  next: TextLine | undefined;
}

/** The lines of a text, to be changed one by one and found by how they start; nothing takes longer in a longer text. */
export class TextLines {
  private first: TextLine | undefined;
  private last: TextLine | undefined;
  /** By length, lines by their first so many characters; made when first asked for. */
  private readonly byStart = new Map<number, Map<string, Set<TextLine>>>();

  constructor(text: string) {
    for (const line of naturalLines(text))
      this.push(text.slice(line.start, line.end), text.slice(line.end, line.next));
  }

  /** Lines that start with a text, in no particular order. */
  startingWith(prefix: string): readonly TextLine[] {
    let lines = this.byStart.get(prefix.length);
    if (lines === undefined) {
      lines = new Map();
      this.byStart.set(prefix.length, lines);
      for (const line of this.all()) addTo(lines, line, prefix.length);
    }
    return [...(lines.get(prefix) ?? [])];
  }

  /** From 1. */
  numberOf(line: TextLine): number {
    return [...this.all()].findIndex((one) => one === line) + 1;
  }

  replace(line: TextLine, text: string): void {
    this.forget(line);
    line.text = text;
    this.index(line);
  }

  /** Adds a line at the end, with the text's own line end; a text whose last line has none keeps it so. */
  append(text: string): void {
    const lineEnd = this.last?.end || this.last?.previous?.end || "\n";
    const closes = this.last === undefined || this.last.end !== "";
    if (this.last !== undefined && !closes) this.last.end = lineEnd;
    this.index(this.push(text, closes ? lineEnd : ""));
  }

  /** Removes a line, and where it was a last one without line end, the line end before it. */
  remove(line: TextLine): void {
    this.unlink(line);
    const { previous, next } = line;
    if (previous === undefined) return;
    if (next === undefined && line.end === "") {
      previous.end = "";
      // Without its line end an empty line is none.
      if (previous.text === "") this.unlink(previous);
    }
    // What is next to each other now is one line end.
    if (previous.end === "\r" && next?.text === "" && next.end === "\n") {
      this.remove(next);
      previous.end = "\r\n";
    }
  }

  toString(): string {
    return [...this.all()].map(({ text, end }) => text + end).join("");
  }

  private unlink(line: TextLine): void {
    this.forget(line);
    const { previous, next } = line;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
  }

  private *all(): Generator<TextLine> {
    for (let line = this.first; line !== undefined; line = line.next) yield line;
  }

  private push(text: string, end: string): TextLine {
    const line: TextLine = { text, end, previous: this.last, next: undefined };
    if (this.last === undefined) this.first = line;
    else this.last.next = line;
    this.last = line;
    return line;
  }

  private index(line: TextLine): void {
    for (const [length, lines] of this.byStart) addTo(lines, line, length);
  }

  private forget(line: TextLine): void {
    for (const [length, lines] of this.byStart) lines.get(line.text.slice(0, length))?.delete(line);
  }
}

function addTo(lines: Map<string, Set<TextLine>>, line: TextLine, length: number): void {
  const start = line.text.slice(0, length);
  const known = lines.get(start);
  if (known === undefined) lines.set(start, new Set([line]));
  else known.add(line);
}
