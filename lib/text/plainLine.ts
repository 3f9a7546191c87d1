import { unquotable } from "./errors";

/**
 * A value that stands unquoted on a line of its own in a file that has no escapes, for example Jetty's `.ini`.
 *
 * @throws TextError `unquotable` for line breaks and control characters
 */
export function plainLine(value: string): string {
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value))
    throw unquotable(value, "a line without escapes", "line breaks and control characters");
  return value;
}
