/** References to characters, and the five entities that every document has. */
export const entityPattern = /&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));/g;

const predefined: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Attribute-value normalization (XML 1.0, 2.11 and 3.3.3); entities of the document's own stay as they are. */
export function normalizedValue(written: string): string {
  return written
    .replaceAll(/\r\n|[\t\r\n]/g, " ")
    .replaceAll(entityPattern, (_, hexadecimal?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return predefined[name] ?? "";
      const codePoint =
        hexadecimal === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hexadecimal, 16);
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "\u{FFFD}";
    });
}
