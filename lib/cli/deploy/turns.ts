/**
 * Keeps what is said of things that are done side by side apart: of one after another, in their order, and each whole.
 * What is said of one whose turn has not come is kept until then.
 */
export class Turns<Thing> {
  readonly #kept = new Map<Thing, (() => void)[]>();
  readonly #waiting = new Map<Thing, () => void>();
  readonly #ended = new Set<Thing>();
  #place = 0;

  constructor(private readonly things: readonly Thing[]) {}

  /** Says something now, or once it is this one's turn. */
  say(thing: Thing, print: () => void): void {
    if (this.isTurnOf(thing)) print();
    else this.#kept.set(thing, [...(this.#kept.get(thing) ?? []), print]);
  }

  /** Waits until all before it have ended. */
  async turnOf(thing: Thing): Promise<void> {
    if (this.isTurnOf(thing)) return;
    await new Promise<void>((resolve) => this.#waiting.set(thing, resolve));
  }

  /** Nothing more is said of it. */
  end(thing: Thing): void {
    this.#ended.add(thing);
    for (let next = this.things[this.#place]; next !== undefined; next = this.things[this.#place]) {
      for (const print of this.#kept.get(next) ?? []) print();
      this.#kept.delete(next);
      if (!this.#ended.has(next)) {
        this.#waiting.get(next)?.();
        return;
      }
      this.#place += 1;
    }
  }

  private isTurnOf(thing: Thing): boolean {
    return this.things[this.#place] === thing;
  }
}
