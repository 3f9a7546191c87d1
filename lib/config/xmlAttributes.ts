import { entityPattern, normalizedValue } from "./xmlValue";
import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import {
  decodeText,
  type EncodedText,
  encodeText,
  encodingByMark,
  isEncodable,
  lineNumber,
  namesOfLines,
  type TextEncoding,
} from "./text";
import { type Attribute, findStartTags, isXmlName, type StartTag } from "./xmlTokens";

export type XmlAttributeSetting = Extract<ConfigSetting, { kind: "xml-attribute" }>;

/**
 * Sets, adds or removes (`value: null`) attributes of an XML document; every byte outside them stays.
 *
 * The element is found by its local name, whatever its prefix, outside comments, CDATA and the document type
 * declaration; none or several are an error. An attribute is found by the name it is written with. A new one
 * goes after the last one, in that one's style; a removed one takes the white space before it along, so that
 * removing what was added gives back the same bytes.
 */
export function editXmlAttributes(bytes: Uint8Array, settings: readonly XmlAttributeSetting[]): Buffer {
  const original = decodeXml(bytes);
  const text = roundsOf(settings).reduce(
    (before, round) => editRound(before, round, original.encoding),
    original.text,
  );
  return encodeText(original, text);
}

/** The settings in rounds that hold no element twice: within one, no edit changes what another one finds. */
function roundsOf(settings: readonly XmlAttributeSetting[]): XmlAttributeSetting[][] {
  const rounds: XmlAttributeSetting[][] = [];
  const roundOf = new Map<string, number>();
  for (const setting of settings) {
    const round = roundOf.get(setting.element) ?? 0;
    roundOf.set(setting.element, round + 1);
    (rounds[round] ??= []).push(setting);
  }
  return rounds;
}

/** Parses once for all settings of a round, for a document may have thousands. */
function editRound(text: string, round: readonly XmlAttributeSetting[], encoding: TextEncoding): string {
  const elements = elementsByName(text);
  const edits = round
    .flatMap((setting) => editOf(text, findElement(text, elements, setting.element), setting, encoding) ?? [])
    .sort((one, other) => one.start - other.start);
  const pieces = edits.map(({ start, replacement }, index) => {
    const done = edits[index - 1]?.end ?? 0;
    return text.slice(done, start) + replacement;
  });
  return pieces.join("") + text.slice(edits.at(-1)?.end ?? 0);
}

/** The value that an XML parser would report, or null where the attribute is absent. */
export function readXmlAttribute(bytes: Uint8Array, setting: XmlAttributeSetting): string | null {
  return readXmlAttributes(bytes)(setting);
}

/** As `readXmlAttribute`, for many settings of one document. */
export function readXmlAttributes(bytes: Uint8Array): (setting: XmlAttributeSetting) => string | null {
  const { text } = decodeXml(bytes);
  const elements = elementsByName(text);
  return (setting) => {
    const attribute = findAttribute(findElement(text, elements, setting.element), setting.attribute);
    return attribute === undefined ? null : valueOf(text, attribute, setting);
  };
}

/** Decodes a document by its byte order mark, or else by its declaration (XML 1.0, appendix F). */
export function decodeXml(bytes: Uint8Array): EncodedText {
  const marked = encodingByMark(bytes);
  const { text } = decodeText(bytes, marked ?? "iso-8859-1");
  const declared = /^<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*(["'])(.*?)\1[^>]*\?>/.exec(text)?.[2];
  return decodeText(bytes, resolveEncoding(marked, declared));
}

function resolveEncoding(marked: TextEncoding | undefined, declared: string | undefined): TextEncoding {
  const known = declared === undefined ? undefined : knownEncodings.get(declared.toLowerCase());
  if (declared !== undefined && known === undefined) {
    throw new ConfigError(
      "encoding",
      `the document declares the encoding ${declared}, which is not supported: it may be UTF-8, UTF-16 (with a byte order mark), ISO-8859-1 or US-ASCII. Save it as UTF-8 and declare that.`,
    );
  }
  const family = marked?.startsWith("utf-16") === true ? "utf-16" : marked;
  if (known !== undefined && (family ?? known) !== known) {
    throw new ConfigError(
      "encoding",
      `the document declares the encoding ${declared}, but its byte order mark says ${marked}. Correct the declaration.`,
    );
  }
  if (known === "utf-16" && marked === undefined) {
    throw new ConfigError(
      "encoding",
      `the document declares the encoding ${declared}, but has no byte order mark. Save it as UTF-8 and declare that.`,
    );
  }
  return marked ?? (known === undefined || known === "utf-16" ? "utf-8" : known);
}

const knownEncodings: ReadonlyMap<string, "utf-8" | "utf-16" | "iso-8859-1" | "us-ascii"> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["utf-16", "utf-16"],
  ["utf-16le", "utf-16"],
  ["utf-16be", "utf-16"],
  ["iso-8859-1", "iso-8859-1"],
  ["latin1", "iso-8859-1"],
  ["us-ascii", "us-ascii"],
  ["ascii", "us-ascii"],
]);

/** What takes the place of a part of the text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function editOf(
  text: string,
  element: StartTag,
  setting: XmlAttributeSetting,
  encoding: TextEncoding,
): Edit | undefined {
  const attribute = findAttribute(element, setting.attribute);
  const { value } = setting;
  if (value === null) {
    return attribute === undefined
      ? undefined
      : { start: attribute.start, end: attribute.end, replacement: "" };
  }
  if (attribute === undefined) {
    const added = newAttribute(text, element.attributes.at(-1), { ...setting, value }, encoding);
    return { start: element.attributesEnd, end: element.attributesEnd, replacement: added };
  }
  // A value that already means the same keeps its own spelling, character references included.
  if (!hasUnknownEntity(text, attribute) && valueOf(text, attribute, setting) === value) return undefined;
  const replacement = escapeValue(value, attribute.quote, encoding, setting);
  return { start: attribute.valueStart, end: attribute.valueEnd, replacement };
}

function newAttribute(
  text: string,
  last: Attribute | undefined,
  setting: XmlAttributeSetting & { value: string },
  encoding: TextEncoding,
): string {
  const before = last === undefined ? " " : text.slice(last.start, last.nameStart);
  const { equals, quote } = last ?? { equals: "=", quote: '"' };
  const value = escapeValue(setting.value, quote, encoding, setting);
  if (!isXmlName(setting.attribute)) {
    throw new ConfigError(
      "xml-value",
      `"${setting.attribute}" cannot be the name of an attribute. Correct it.`,
    );
  }
  return `${before}${setting.attribute}${equals}${quote}${value}${quote}`;
}

type Elements = ReadonlyMap<string, readonly StartTag[]>;

function elementsByName(text: string): Elements {
  const elements = new Map<string, StartTag[]>();
  for (const tag of findStartTags(text)) {
    const known = elements.get(tag.localName);
    if (known === undefined) elements.set(tag.localName, [tag]);
    else known.push(tag);
  }
  return elements;
}

function findElement(text: string, elements: Elements, localName: string): StartTag {
  const found = elements.get(localName) ?? [];
  const [element] = found;
  if (element === undefined) {
    throw new ConfigError(
      "xml-element",
      `there is no element <${localName}> in the document (comments do not count). Add one, or correct the element's name.`,
    );
  }
  if (found.length > 1) {
    const lines = namesOfLines(found.map((tag) => lineNumber(text, tag.start)));
    throw new ConfigError(
      "xml-element",
      `there are ${found.length} elements <${localName}>, in ${lines}, and which one is meant cannot be told. Leave one.`,
    );
  }
  return element;
}

function findAttribute(element: StartTag, name: string): Attribute | undefined {
  return element.attributes.find((attribute) => attribute.name === name);
}

function hasUnknownEntity(text: string, attribute: Attribute): boolean {
  return text.slice(attribute.valueStart, attribute.valueEnd).replaceAll(entityPattern, "").includes("&");
}

function valueOf(text: string, attribute: Attribute, setting: XmlAttributeSetting): string {
  if (hasUnknownEntity(text, attribute)) {
    throw new ConfigError(
      "xml-value",
      `line ${lineNumber(text, attribute.valueStart)}: ${setting.attribute} of <${setting.element}> holds an entity of the document's own. Write its value out.`,
    );
  }
  return normalizedValue(text.slice(attribute.valueStart, attribute.valueEnd));
}

function escapeValue(
  value: string,
  quote: string,
  encoding: TextEncoding,
  setting: XmlAttributeSetting,
): string {
  return Array.from(value)
    .map((character) => {
      const codePoint = character.codePointAt(0) ?? 0;
      if (!isXmlCharacter(codePoint)) {
        throw new ConfigError(
          "xml-value",
          `the value for ${setting.attribute} of <${setting.element}> holds the character U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}, which XML does not allow. Remove it.`,
        );
      }
      if (character === "&") return "&amp;";
      if (character === "<") return "&lt;";
      if (character === quote) return quote === '"' ? "&quot;" : "&apos;";
      // Literal tabs and line ends would be read as blanks (XML 1.0, 3.3.3).
      const needsReference = codePoint < 0x20 || codePoint === 0x7f || !isEncodable(character, encoding);
      return needsReference ? `&#x${codePoint.toString(16).toUpperCase()};` : character;
    })
    .join("");
}

/** XML 1.0, production 2. */
function isXmlCharacter(codePoint: number): boolean {
  return (
    [0x9, 0xa, 0xd].includes(codePoint) ||
    (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    codePoint >= 0x10000
  );
}
