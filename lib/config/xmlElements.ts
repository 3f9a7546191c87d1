import { decodeXml } from "./xmlAttributes";
import { findStartTags } from "./xmlTokens";
import { normalizedValue } from "./xmlValue";

/** An element as it begins. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By their names, prefixes included. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * The elements of an XML document in the order in which they begin.
 *
 * @throws ConfigError as `readXmlAttributes`
 */
export function readXmlElements(bytes: Uint8Array): XmlElement[] {
  const { text } = decodeXml(bytes);
  return findStartTags(text).map(({ localName, attributes }) => ({
    name: localName,
    attributes: new Map(
      attributes.map(({ name, valueStart, valueEnd }) => [
        name,
        normalizedValue(text.slice(valueStart, valueEnd)),
      ]),
    ),
  }));
}
