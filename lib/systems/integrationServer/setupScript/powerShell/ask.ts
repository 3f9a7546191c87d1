import type { AdminRequest } from "../requests";

/** Words of PowerShell that `Invoke-Service` and `Invoke-Required` take for a request, with further lines before its own. */
export function ask({ service, encoding, lines }: AdminRequest, ...more: readonly string[]): string {
  const own = stringsOf(lines);
  const all = more.length === 0 ? own : `(${[...more.map((word) => `@(${word})`), own].join(" + ")})`;
  return `'${service}' '${encoding}' ${all}`;
}

/** Lines as an array of strings, in which PowerShell puts its variables. */
export function stringsOf(lines: readonly string[]): string {
  return `@(${lines.map((line) => `"${line}"`).join(", ")})`;
}
