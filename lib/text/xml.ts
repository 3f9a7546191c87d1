import { unquotable } from "./errors";

/**
 * Text between an XML element's tags.
 *
 * @throws TextError `unquotable` for what XML 1.0 has no way to write (section 2.2, `Char`)
 */
export function xmlText(text: string): string {
  requireXmlCharacters(text);
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

/**
 * Value of an XML attribute, for either kind of quotes; line breaks and tabs survive its normalisation (section 3.3.3).
 *
 * @throws TextError `unquotable` as `xmlText` does
 */
export function xmlAttribute(text: string): string {
  return xmlText(text)
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\n", "&#10;");
}

function requireXmlCharacters(text: string): void {
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text))
    throw unquotable(text, "an XML file", "control characters");
}
