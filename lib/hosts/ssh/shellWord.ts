/**
 * One word of a POSIX shell, on one line whatever is in it. A line end is what the variable `NL` holds at the other
 * end, because requests are single lines.
 */
export function shellWord(text: string): string {
  if (text.includes("\0")) throw new RangeError("a word of a shell cannot hold a NUL");
  return `'${text.replaceAll("'", String.raw`'\''`).replaceAll("\n", `'"$NL"'`)}'`;
}
