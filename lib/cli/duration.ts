import { UsageError } from "./errors";

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** Longest time that anything here waits for an answer. */
const MAXIMUM_MS = 600_000;

/**
 * Milliseconds of a time with its unit: `500ms`, `5s`, `2m`.
 *
 * @throws UsageError
 */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? [];
  const milliseconds = Number(digits) * MILLISECONDS[(unit ?? "ms") as keyof typeof MILLISECONDS];
  if (digits === undefined || milliseconds < 1 || milliseconds > MAXIMUM_MS)
    throw new UsageError(`"${text}" is no time up to ten minutes; write 500ms, 5s or 2m`);
  return milliseconds;
}
