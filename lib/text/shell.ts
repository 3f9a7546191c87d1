import type { HostPlatform } from "../model";
import { unquotable } from "./errors";
import { visible } from "./visible";

/**
 * Quotes text as one word of a POSIX shell; plain words stay as they are.
 *
 * @throws TextError `unquotable` for NUL and lone surrogates, which no argument carries
 */
export function posixQuote(text: string): string {
  if (/[\0\p{Cs}]/u.test(text)) throw unquotable(text, "a shell command", "NUL and broken characters");
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Text of a here-document whose delimiter is not quoted: the shell expands nothing of it.
 *
 * @throws TextError `unquotable` for line breaks, with which it could end the document
 */
export function hereDocumentText(text: string): string {
  if (/[\0\r\n\p{Cs}]/u.test(text))
    throw unquotable(text, "a line of a shell's here-document", "line breaks");
  return text.replace(/[\\$`]/g, String.raw`\$&`);
}

/**
 * A shell function `escape` that prints its argument for a quoted string of JSON, of curl's configuration or of a
 * file of java's arguments: all three know `\\`, `\"` and `\n`.
 */
export const escapeFunction: readonly string[] = [
  "escape() {",
  String.raw`  sed -e ':a' -e '$!{N' -e 'ba' -e '}' -e 's/[\\"]/\\&/g' -e 's/\n/\\n/g' <<END_OF_TEXT`,
  "$1",
  "END_OF_TEXT",
  "}",
];

/**
 * Quotes text as one argument in a Windows batch file; a program that parses its own command line, as C's runtime
 * does, takes backslashes before the closing quote by pairs.
 *
 * @throws TextError `unquotable` for quotes, line breaks and control characters, which cmd.exe cannot carry
 */
export function windowsQuote(text: string): string {
  requireWindowsText(text);
  return `"${text.replaceAll("%", "%%").replace(/\\+$/, "$&$&")}"`;
}

/**
 * Quotes text as one argument of a command that a person pastes at the prompt of cmd.exe.
 *
 * @throws TextError `unquotable` also for `%`: at the prompt nothing keeps it from naming a variable
 */
export function windowsPromptQuote(text: string): string {
  requireWindowsText(text);
  requirePromptText(text);
  return `"${text.replace(/\\+$/, "$&$&")}"`;
}

/**
 * Sets a variable in a Windows batch file; cmd.exe takes the value as it stands between the quotes.
 *
 * @throws TextError `unquotable` as `windowsQuote` does
 */
export function windowsSet(name: string, value: string): string {
  requireWindowsText(value);
  return `set "${name}=${value.replaceAll("%", "%%")}"`;
}

/**
 * Sets a variable at the prompt of cmd.exe.
 *
 * @throws TextError `unquotable` as `windowsPromptQuote` does
 */
export function windowsPromptSet(name: string, value: string): string {
  requireWindowsText(value);
  requirePromptText(value);
  return `set "${name}=${value}"`;
}

/** Quotes text as one word of a command that a person pastes into the shell of a platform. */
export function shellQuote(platform: HostPlatform, text: string): string {
  if (platform === "posix") return posixQuote(text);
  return /^[\w./:\\-]*[\w./:-]$/.test(text) ? text : windowsPromptQuote(text);
}

/** A POSIX shell script that stops at the first failure. `comment` says what it is for. */
export function posixScript(comment: readonly string[], lines: readonly string[]): string {
  return ["#!/bin/sh", ...comment.map(hashComment), "set -eu", "", ...lines, ""].join("\n");
}

/** A Windows batch file, with the line ends that cmd.exe wants; `!` stays as it is. */
export function windowsScript(comment: readonly string[], lines: readonly string[]): string {
  return [
    "@echo off",
    ...comment.map(batchComment),
    "setlocal DisableDelayedExpansion",
    "",
    ...lines,
    "",
  ].join("\r\n");
}

/** A comment of a shell, of properties, nginx or curl: one line, whatever the text holds. */
export function hashComment(text: string): string {
  return `# ${visible(text)}`;
}

/** cmd.exe expands variables in comments too, and goes on after a caret. */
function batchComment(text: string): string {
  return `rem ${visible(text).replace(/[%^&|<>"]/g, "_")}`;
}

function requireWindowsText(text: string): void {
  if (/["\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
    throw unquotable(text, "a command of Windows", "quotes, line breaks and control characters");
}

function requirePromptText(text: string): void {
  if (text.includes("%")) throw unquotable(text, "a command at Windows' prompt", "percent signs");
}
