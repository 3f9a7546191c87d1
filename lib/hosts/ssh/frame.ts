/**
 * Takes a stream of bytes apart at the marks that end an answer. Large answers come in many pieces: only the end of
 * what is there is searched with each of them.
 */
export class FrameReader {
  private pieces: Buffer[] = [];
  private tail = Buffer.alloc(0);

  push(piece: Buffer): void {
    this.pieces.push(piece);
    const longestMark = 96;
    this.tail = Buffer.concat([this.tail, piece]).subarray(-(piece.length + longestMark));
  }

  /** What came before a mark and the words after it up to the line's end; undefined while the mark is not there. */
  take(mark: string): { readonly bytes: Buffer; readonly words: string } | undefined {
    const opening = `\n${mark}`;
    const inTail = this.tail.indexOf(opening);
    if (inTail === -1 || !this.tail.includes("\n", inTail + opening.length)) return undefined;
    const all = Buffer.concat(this.pieces);
    const start = all.length - this.tail.length + inTail;
    const end = all.indexOf("\n", start + opening.length);
    const rest = Buffer.from(all.subarray(end + 1));
    this.pieces = rest.length === 0 ? [] : [rest];
    this.tail = rest;
    return {
      bytes: all.subarray(0, start),
      words: all.toString("latin1", start + opening.length, end).trim(),
    };
  }

  /** All that is there, for messages. */
  text(): string {
    return Buffer.concat(this.pieces).toString("utf8");
  }

  /** Keeps the end only, of a stream that nobody asked for anything. */
  trim(longest: number): void {
    const all = Buffer.concat(this.pieces).subarray(-longest);
    this.pieces = [all];
    this.tail = all;
  }
}
