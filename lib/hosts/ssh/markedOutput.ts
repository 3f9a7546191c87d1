/** Hands on what a command prints while it comes, up to a line that begins with a mark. */
export class MarkedOutput {
  private held = Buffer.alloc(0);

  /** @param mark random and of ASCII; what follows it up to the line's end is what it says */
  constructor(
    private readonly mark: string,
    private readonly onOutput: (piece: Buffer) => void,
  ) {}

  /** What the mark's line says; undefined while it is not there. */
  push(piece: Buffer): string | undefined {
    const all = Buffer.concat([this.held, piece]);
    const start = all.indexOf(this.mark);
    if (start === -1) {
      this.handOn(all, all.length - beginningOf(this.mark, all));
      return undefined;
    }
    const lineBreak = start > 0 && all[start - 1] === 0x0a ? 1 : 0;
    const end = all.indexOf("\n", start);
    this.handOn(all, start - lineBreak);
    return end === -1 ? undefined : all.toString("latin1", start + this.mark.length, end).trim();
  }

  private handOn(all: Buffer, length: number): void {
    this.held = Buffer.from(all.subarray(length));
    if (length > 0) this.onOutput(all.subarray(0, length));
  }
}

/** How many bytes at the end may be the mark's beginning. */
function beginningOf(mark: string, bytes: Buffer): number {
  for (let length = Math.min(mark.length - 1, bytes.length); length > 0; length--)
    if (bytes.toString("latin1", bytes.length - length) === mark.slice(0, length)) return length;
  return 0;
}
