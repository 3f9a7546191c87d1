import type { AdminRequest } from "../requests";

/** Words of the shell that `call` and `must` take for a request, with further lines of it before its own. */
export function ask({ service, encoding, lines }: AdminRequest, ...more: readonly string[]): string {
  return `${service} ${encoding} ${quotedLines([...more, ...lines])}`;
}

/** Lines as one word, in which the shell puts its variables. */
export function quotedLines(lines: readonly string[]): string {
  return `"${lines.join("\n")}"`;
}
