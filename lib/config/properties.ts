import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { appendLine, removeLines } from "./naturalLines";
import { parseProperties, type PropertyLine } from "./propertyLines";
import { decodeText, encodeText, lineNumber } from "./text";

export type PropertySetting = Extract<ConfigSetting, { kind: "property" }>;

export interface PropertiesOptions {
  /**
   * What the product reads the file as: `Properties.load(InputStream)` takes ISO-8859-1, a reader what it was
   * opened with. @default "iso-8859-1"
   */
  readonly encoding?: "iso-8859-1" | "utf-8";
}

/** A key that a file gives several times; Java takes the last one. */
export interface RepeatedProperty {
  readonly key: string;
  /** Numbers of the lines, from 1. */
  readonly lines: readonly number[];
}

/**
 * Sets, adds or removes (`value: null`) keys of a `java.util.Properties` file; every other byte stays.
 *
 * Of a repeated key the last one, which is the one that counts, is set, and all are removed. A new key goes
 * to the end. Characters outside US-ASCII are written as `\uXXXX`, unless the file is declared to be UTF-8.
 */
export function editProperties(
  bytes: Uint8Array,
  settings: readonly PropertySetting[],
  options: PropertiesOptions = {},
): Buffer {
  const encoding = options.encoding ?? "iso-8859-1";
  const original = decodeProperties(bytes, encoding);
  const text = settings.reduce((before, setting) => editOne(before, setting, encoding), original.text);
  return encodeText(original, text);
}

/** The value that Java reads, or null where the key is absent. */
export function readProperty(
  bytes: Uint8Array,
  setting: PropertySetting,
  options: PropertiesOptions = {},
): string | null {
  const { text } = decodeProperties(bytes, options.encoding ?? "iso-8859-1");
  return (
    parseProperties(text)
      .lines.filter((line) => line.key === setting.key)
      .at(-1)?.value ?? null
  );
}

/** The keys that stand in the file more than once. */
export function findRepeatedProperties(
  bytes: Uint8Array,
  options: PropertiesOptions = {},
): RepeatedProperty[] {
  const { text } = decodeProperties(bytes, options.encoding ?? "iso-8859-1");
  const lines = new Map<string, number[]>();
  for (const { key, start } of parseProperties(text).lines) {
    lines.set(key, [...(lines.get(key) ?? []), lineNumber(text, start)]);
  }
  return [...lines].filter(([, found]) => found.length > 1).map(([key, found]) => ({ key, lines: found }));
}

function decodeProperties(
  bytes: Uint8Array,
  encoding: "iso-8859-1" | "utf-8",
): ReturnType<typeof decodeText> {
  const decoded = decodeText(bytes, encoding);
  // To Java a byte order mark is a part of the first key.
  return decoded.byteOrderMark
    ? { ...decoded, byteOrderMark: false, text: `\u{FEFF}${decoded.text}` }
    : decoded;
}

function editOne(text: string, setting: PropertySetting, encoding: "iso-8859-1" | "utf-8"): string {
  if (setting.key === "") throw new ConfigError("property-value", "a property needs a key. Name one.");
  const file = parseProperties(text);
  const found = file.lines.filter((line) => line.key === setting.key);
  const last = found.at(-1);
  if (setting.value === null) {
    return found.reduceRight((before, line) => removeLines(before, line.start, line.next), text);
  }
  if (last?.value === setting.value) return text;
  const value = escapeValue(
    setting.value,
    last === undefined || last.hasSeparator || !last.endsKey,
    encoding,
  );
  if (last !== undefined) return replaceValue(text, last, value);
  const line = `${escapeKey(setting.key, encoding)}=${value}`;
  return appendLine(text, line, file.endsInContinuation ? 1 : 0);
}

function replaceValue(text: string, line: PropertyLine, value: string): string {
  return text.slice(0, line.valueStart) + (line.endsKey ? "" : "=") + value + text.slice(line.end);
}

function escapeKey(key: string, encoding: "iso-8859-1" | "utf-8"): string {
  return escapeCharacters(key, encoding).replaceAll(/[ =:#!]/g, "\\$&");
}

function escapeValue(value: string, afterSeparator: boolean, encoding: "iso-8859-1" | "utf-8"): string {
  const escaped = escapeCharacters(value, encoding).replace(/^ /, "\\ ");
  return afterSeparator ? escaped : escaped.replace(/^[=:]/, "\\$&");
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\f", "\\f"],
]);

function escapeCharacters(text: string, encoding: "iso-8859-1" | "utf-8"): string {
  // By UTF-16 unit, as Java counts them; a half surrogate pair cannot be written as UTF-8.
  return text.replaceAll(/[^ -[\]-~]/g, (unit) => {
    const known = escapes.get(unit);
    if (known !== undefined) return known;
    const code = unit.charCodeAt(0);
    const isPlain = encoding === "utf-8" && code >= 0xa0 && (code < 0xd800 || code > 0xdfff);
    return isPlain ? unit : `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
