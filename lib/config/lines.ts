import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { appendLines, type NaturalLine, naturalLines, removeLines } from "./naturalLines";
import { matchLines } from "./patternMatch";
import {
  decodeText,
  type EncodedText,
  encodeText,
  encodingByMark,
  isEncodable,
  lineNumber,
  namesOfLines,
} from "./text";

export type LineSetting = Extract<ConfigSetting, { kind: "line" }>;

/**
 * Sets or removes (`value: null`) the one line that matches a pattern, or adds it at the end; every other
 * byte stays. Several matches are an error. The value must match the pattern itself, or the next run would
 * not find it again.
 */
export function editLines(bytes: Uint8Array, settings: readonly LineSetting[]): Buffer {
  const original = decodeLines(bytes);
  const text = settings.reduce((before, setting) => editOne(before, setting, original), original.text);
  return encodeText(original, text);
}

/** The line that matches, or null where none does. */
export function readLine(bytes: Uint8Array, setting: LineSetting): string | null {
  return readLines(bytes)(setting);
}

/** As `readLine`, for many settings of one file. */
export function readLines(bytes: Uint8Array): (setting: LineSetting) => string | null {
  const { text } = decodeLines(bytes);
  const lines = splitLines(text);
  return (setting) => {
    const line = findLine(text, lines, setting);
    return line === undefined ? null : text.slice(line.start, line.end);
  };
}

/** By byte order mark; otherwise UTF-8 where the file is that, and ISO-8859-1, which any file is. */
function decodeLines(bytes: Uint8Array): EncodedText {
  const marked = encodingByMark(bytes);
  if (marked !== undefined) return decodeText(bytes, marked);
  try {
    return decodeText(bytes, "utf-8");
  } catch {
    return decodeText(bytes, "iso-8859-1");
  }
}

function editOne(text: string, setting: LineSetting, { encoding }: EncodedText): string {
  const line = findLine(text, splitLines(text), setting);
  const { value } = setting;
  if (value === null) return line === undefined ? text : removeLines(text, line.start, line.next);
  if (/[\r\n]/.test(value) || findMatches(setting, [value])[0] !== true) {
    throw new ConfigError(
      "line-value",
      `the line for the pattern ${setting.pattern} must be one line and match the pattern itself, or the next run would add it again. Correct the pattern or the line.`,
    );
  }
  if (!isEncodable(value, encoding)) {
    throw new ConfigError(
      "encoding",
      `the line for the pattern ${setting.pattern} holds characters that the file's encoding (${encoding}) does not have. Save the file as UTF-8, or use others.`,
    );
  }
  if (line === undefined) return appendLines(text, [value]);
  return text.slice(0, line.start) + value + text.slice(line.end);
}

interface SplitLines {
  readonly places: readonly NaturalLine[];
  readonly texts: readonly string[];
}

function splitLines(text: string): SplitLines {
  const places = naturalLines(text);
  return { places, texts: places.map((line) => text.slice(line.start, line.end)) };
}

function findLine(
  text: string,
  { places, texts }: SplitLines,
  setting: LineSetting,
): NaturalLine | undefined {
  const matches = findMatches(setting, texts);
  const found = places.filter((_line, index) => matches[index]);
  if (found.length > 1) {
    const lines = namesOfLines(found.map((line) => lineNumber(text, line.start)));
    throw new ConfigError(
      "line-ambiguous",
      `${lines} match the pattern ${setting.pattern}, and which one is meant cannot be told. Make the pattern narrower.`,
    );
  }
  return found[0];
}

function findMatches(setting: LineSetting, lines: readonly string[]): readonly boolean[] {
  let matches: readonly boolean[] | undefined;
  try {
    matches = matchLines(new RegExp(setting.pattern), lines);
  } catch (cause) {
    throw new ConfigError(
      "line-pattern",
      `the pattern ${setting.pattern} is not a regular expression of JavaScript: ${cause instanceof Error ? cause.message : String(cause)}. Correct it.`,
      { cause },
    );
  }
  if (matches !== undefined) return matches;
  throw new ConfigError(
    "line-pattern-slow",
    `the pattern ${setting.pattern} takes too long for the lines of this file, probably because it repeats what repeats already, as (a+)+ does. Write it so that each part matches in one way only.`,
  );
}
