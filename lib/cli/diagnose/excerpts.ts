import { diagnose } from "../../check";
import type { Redactor } from "../../text";

/** Lines of a log around one that is known. */
export interface Excerpt {
  /** Of the first line, from 1. */
  readonly lineNumber: number;
  readonly lines: readonly string[];
}

/** Lines before and after one that is known. */
const AROUND = 5;

/** Lines of a bundle; what is longer nobody reads. */
const MAXIMUM_LINES = 1_000;

/** Keeps, of the lines that pass through it, those around the known ones, redacted. */
export class ExcerptTaker {
  private readonly taken: { lineNumber: number; lines: string[] }[] = [];
  private before: string[] = [];
  private after = 0;
  private lineNumber = 0;
  private count = 0;

  constructor(private readonly redactor: Redactor) {}

  get excerpts(): readonly Excerpt[] {
    return this.taken;
  }

  async *pass(lines: AsyncIterable<string>): AsyncIterable<string> {
    for await (const line of lines) {
      this.take(line);
      yield line;
    }
  }

  private take(line: string): void {
    this.lineNumber += 1;
    const clean = this.redactor.line(line);
    const isKnown = diagnose(line) !== undefined && this.count < MAXIMUM_LINES;
    if (isKnown && this.after === 0) {
      this.taken.push({ lineNumber: this.lineNumber - this.before.length, lines: this.before });
      this.count += this.before.length;
      this.before = [];
    }
    if (isKnown) this.after = AROUND + 1;
    if (this.after > 0) {
      this.taken.at(-1)?.lines.push(clean);
      this.count += 1;
      this.after -= 1;
      return;
    }
    this.before = [...this.before, clean].slice(-AROUND);
  }
}
