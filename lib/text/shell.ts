import type { HostPlatform } from "../model";
import { unquotable } from "./errors";

/** Quotes text as one word of a POSIX shell; plain words stay as they are. */
export function posixQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Quotes text as one argument in a Windows batch file.
 *
 * @throws TextError `unquotable` for quotes and line breaks, which cmd.exe cannot carry
 */
export function windowsQuote(text: string): string {
  if (/["\r\n]/.test(text)) throw unquotable(text);
  return `"${text.replaceAll("%", "%%")}"`;
}

/** Quotes text for the shell of a platform. */
export function shellQuote(platform: HostPlatform, text: string): string {
  return platform === "windows" ? windowsQuote(text) : posixQuote(text);
}

/** A POSIX shell script that stops at the first failure. `comment` says what it is for. */
export function posixScript(comment: readonly string[], lines: readonly string[]): string {
  return ["#!/bin/sh", ...comment.map((line) => `# ${line}`), "set -eu", "", ...lines, ""].join("\n");
}

/** A Windows batch file, with the line ends that cmd.exe wants. */
export function windowsScript(comment: readonly string[], lines: readonly string[]): string {
  return ["@echo off", ...comment.map((line) => `rem ${line}`), "setlocal", "", ...lines, ""].join("\r\n");
}
