import { unquotable } from "./errors";
import { hashComment } from "./shell";

/** What PowerShell takes for a single quote: the one of US-ASCII and four typographical ones. */
const SINGLE_QUOTES = /['‘’‚‛]/g;

/**
 * Quotes text as a string of PowerShell, in which nothing is replaced; a quote in it is doubled.
 *
 * @throws TextError `unquotable` for control characters, line breaks and broken characters
 */
export function powerShellQuote(text: string): string {
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
    throw unquotable(text, "a script of PowerShell", "control characters, line breaks and broken characters");
  return `'${text.replace(SINGLE_QUOTES, "$&$&")}'`;
}

/**
 * A script for Windows PowerShell 5.1 and PowerShell 7 that stops at the first error and at a variable without a
 * value. `comment` says what it is for, `parameters` what it is called with. Where it is not plain US-ASCII it starts with a byte order mark, without which
 * Windows PowerShell takes it for a text of the system's code page.
 */
export function powerShellScript(
  comment: readonly string[],
  parameters: string,
  lines: readonly string[],
): string {
  const text = [
    "#Requires -Version 5.1",
    ...comment.map(hashComment),
    `param(${parameters})`,
    "Set-StrictMode -Version 2.0",
    "$ErrorActionPreference = 'Stop'",
    "",
    ...lines,
    "",
  ].join("\r\n");
  return /^[\0-\x7f]*$/.test(text) ? text : `\u{FEFF}${text}`;
}
