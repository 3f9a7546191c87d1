import { unquotable } from "./errors";

/**
 * Quotes an argument in a file for `java @file` (JDK 9 and later, "java Command-Line Argument Files").
 *
 * @throws TextError `unquotable` for NUL, which no argument carries
 */
export function javaArgumentQuote(argument: string): string {
  if (/[\0\p{Cs}]/u.test(argument))
    throw unquotable(argument, "a file of java's arguments", "NUL and broken characters");
  return `"${argument.replace(/[\\"\t\n\r\f]/g, (character) => escapes[character] ?? character)}"`;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": String.raw`\\`,
  '"': String.raw`\"`,
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\f": String.raw`\f`,
};
