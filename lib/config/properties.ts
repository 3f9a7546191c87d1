import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { appendLines, removeLines } from "./naturalLines";
import { parseProperties } from "./propertyLines";
import { decodeText, encodeText } from "./text";

export type PropertySetting = Extract<ConfigSetting, { kind: "property" }>;

type Encoding = "iso-8859-1" | "utf-8";

export interface PropertiesOptions {
  /**
   * What the product reads the file as: `Properties.load(InputStream)` takes ISO-8859-1, a reader what it was
   * opened with. @default "iso-8859-1"
   */
  readonly encoding?: Encoding;
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
  if (settings.some(({ key }) => key === "")) {
    throw new ConfigError("property-value", "a property needs a key. Name one.");
  }
  const original = decodeProperties(bytes, encoding);
  const wanted = new Map(settings.map(({ key, value }) => [key, value]));
  const changed = changeValues(original.text, wanted, encoding);
  return encodeText(original, addKeys(removeKeys(changed, wanted), wanted, encoding));
}

/** The value that Java reads, or null where the key is absent. */
export function readProperty(
  bytes: Uint8Array,
  setting: PropertySetting,
  options: PropertiesOptions = {},
): string | null {
  return readProperties(bytes, options).get(setting.key) ?? null;
}

/** All that Java reads. */
export function readProperties(bytes: Uint8Array, options: PropertiesOptions = {}): Map<string, string> {
  const { text } = decodeProperties(bytes, options.encoding ?? "iso-8859-1");
  return new Map(parseProperties(text).lines.map(({ key, value }) => [key, value]));
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

type Wanted = ReadonlyMap<string, string | null>;

/** In one go, because a file may have thousands of them. */
function changeValues(text: string, wanted: Wanted, encoding: Encoding): string {
  const lastLines = new Map(parseProperties(text).lines.map((line) => [line.key, line]));
  const pieces: string[] = [];
  let done = 0;
  for (const line of [...lastLines.values()].sort((a, b) => a.start - b.start)) {
    const value = wanted.get(line.key) ?? line.value;
    if (value === line.value) continue;
    const escaped = escapeValue(value, line.hasSeparator || !line.endsKey, encoding);
    pieces.push(text.slice(done, line.valueStart), line.endsKey ? "" : "=", escaped);
    done = line.end;
  }
  return pieces.join("") + text.slice(done);
}

function removeKeys(text: string, wanted: Wanted): string {
  return parseProperties(text)
    .lines.filter((line) => wanted.get(line.key) === null)
    .reduceRight((before, line) => removeLines(before, line.start, line.next), text);
}

function addKeys(text: string, wanted: Wanted, encoding: Encoding): string {
  const { lines, endsInContinuation } = parseProperties(text);
  const present = new Set(lines.map((line) => line.key));
  const added = [...wanted].flatMap(([key, value]) =>
    value === null || present.has(key)
      ? []
      : [`${escapeKey(key, encoding)}=${escapeValue(value, true, encoding)}`],
  );
  return appendLines(text, added, Number(endsInContinuation));
}

function escapeKey(key: string, encoding: Encoding): string {
  return escapeCharacters(key, encoding).replaceAll(/[ =:#!]/g, "\\$&");
}

function escapeValue(value: string, afterSeparator: boolean, encoding: Encoding): string {
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

function escapeCharacters(text: string, encoding: Encoding): string {
  // By UTF-16 unit, as Java counts them; a half surrogate pair cannot be written as UTF-8.
  return text.replaceAll(/[^ -[\]-~]/g, (unit) => {
    const known = escapes.get(unit);
    if (known !== undefined) return known;
    const code = unit.charCodeAt(0);
    const isPlain = encoding === "utf-8" && code >= 0xa0 && (code < 0xd800 || code > 0xdfff);
    return isPlain ? unit : `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}
