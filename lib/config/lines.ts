import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { literalPrefix } from "./literalPrefix";
import { matchLines } from "./patternMatch";
import { type TextLine, TextLines } from "./textLines";
import {
  decodeText,
  type EncodedText,
  encodeText,
  encodingByMark,
  isEncodable,
  namesOfLines,
  type TextEncoding,
} from "./text";

export type LineSetting = Extract<ConfigSetting, { kind: "line" }>;

/**
 * Sets or removes (`value: null`) the one line that matches a pattern, or adds it at the end; every other
 * byte stays. Several matches are an error. The value must match the pattern itself, or the next run would
 * not find it again.
 */
export function editLines(bytes: Uint8Array, settings: readonly LineSetting[]): Buffer {
  const original = decodeLines(bytes);
  const lines = new TextLines(original.text);
  for (const setting of settings) editOne(lines, setting, original.encoding);
  return encodeText(original, lines.toString());
}

/** The line that matches, or null where none does. */
export function readLine(bytes: Uint8Array, setting: LineSetting): string | null {
  return readLines(bytes)(setting);
}

/** As `readLine`, for many settings of one file. */
export function readLines(bytes: Uint8Array): (setting: LineSetting) => string | null {
  const lines = new TextLines(decodeLines(bytes).text);
  return (setting) => findLine(lines, setting).line?.text ?? null;
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

function editOne(lines: TextLines, setting: LineSetting, encoding: TextEncoding): void {
  const { value } = setting;
  const { line, isFoundAgain } = findLine(lines, setting);
  if (value === null) {
    if (line !== undefined) lines.remove(line);
    return;
  }
  if (/[\r\n]/.test(value) || !isFoundAgain) {
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
  if (line === undefined) lines.append(value);
  else lines.replace(line, value);
}

interface FoundLine {
  readonly line: TextLine | undefined;
  /** Whether the pattern matches the setting's own value; false where it has none. */
  readonly isFoundAgain: boolean;
}

function findLine(lines: TextLines, setting: LineSetting): FoundLine {
  const candidates = lines.startingWith(literalPrefix(setting.pattern));
  const { value } = setting;
  const texts = [...(value === null ? [] : [value]), ...candidates.map(({ text }) => text)];
  const matches = findMatches(setting, texts);
  const matchesOfLines = value === null ? matches : matches.slice(1);
  const found = candidates.filter((_line, index) => matchesOfLines[index]);
  if (found.length > 1) {
    const numbers = found.map((line) => lines.numberOf(line)).sort((a, b) => a - b);
    throw new ConfigError(
      "line-ambiguous",
      `${namesOfLines(numbers)} match the pattern ${setting.pattern}, and which one is meant cannot be told. Make the pattern narrower.`,
    );
  }
  return { line: found[0], isFoundAgain: value !== null && matches[0] === true };
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
