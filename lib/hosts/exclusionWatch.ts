/** Time that counts at most between two looks: whoever stood still meanwhile has seen nothing. */
const longestLookMs = 1_000;

/**
 * Watches a lock for signs of life, by the watcher's own clock alone: what counts is for how long the sign
 * stayed the same while it was looked at.
 */
export class ExclusionWatch {
  private sign: string | undefined;
  private lookedAtMs = 0;
  private unchangedMs = 0;

  constructor(private readonly staleMs: number) {}

  /**
   * @param sign - differs after each sign of life
   * @param nowMs - of a clock that never goes back
   */
  isStale(sign: string, nowMs: number): boolean {
    const sinceLastMs = Math.min(nowMs - this.lookedAtMs, longestLookMs);
    this.unchangedMs = sign === this.sign ? this.unchangedMs + sinceLastMs : 0;
    this.sign = sign;
    this.lookedAtMs = nowMs;
    return this.unchangedMs >= this.staleMs;
  }
}
