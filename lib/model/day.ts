/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** A date as plans, locks and tools have it: ISO 8601, UTC, whole seconds. */
export function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Whether something ends within so many days from now, or has ended.
 *
 * @param days 0 means that it has ended
 */
export function endsWithin(end: Date, now: Date, days: number): boolean {
  return end.getTime() <= now.getTime() + days * DAY_MS;
}

/**
 * A date as people write it in reports: `2027-01-31`, UTC.
 *
 * @param date text in ISO 8601, UTC
 */
export function day(date: Date | string): string {
  return (typeof date === "string" ? date : date.toISOString()).slice(0, 10);
}
