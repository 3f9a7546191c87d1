/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/**
 * A date as people write it in reports: `2027-01-31`, UTC.
 *
 * @param date text in ISO 8601, UTC
 */
export function day(date: Date | string): string {
  return (typeof date === "string" ? date : date.toISOString()).slice(0, 10);
}
