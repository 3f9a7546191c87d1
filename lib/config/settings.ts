import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { editLines, type LineSetting, readLine } from "./lines";
import { editProperties, type PropertiesOptions, type PropertySetting, readProperty } from "./properties";
import { editXmlAttributes, readXmlAttribute, type XmlAttributeSetting } from "./xmlAttributes";

/** Names a setting within its file: for people, and as the key under which its previous value is kept. */
export function settingName(setting: ConfigSetting): string {
  switch (setting.kind) {
    case "xml-attribute":
      return `xml-attribute ${setting.element}/@${setting.attribute}`;
    case "property":
      return `property ${setting.key}`;
    case "line":
      return `line ${setting.pattern}`;
  }
}

/**
 * Edits a product's file; bytes in, bytes out, and the same ones where nothing is to be changed.
 *
 * @throws ConfigError where a setting is given twice, or XML attributes are mixed with other kinds
 */
export function editConfig(
  bytes: Uint8Array,
  settings: readonly ConfigSetting[],
  options: PropertiesOptions = {},
): Buffer {
  assertDistinct(settings);
  const attributes = settings.filter(
    (setting): setting is XmlAttributeSetting => setting.kind === "xml-attribute",
  );
  const properties = settings.filter((setting): setting is PropertySetting => setting.kind === "property");
  const lines = settings.filter((setting): setting is LineSetting => setting.kind === "line");
  if (attributes.length > 0 && attributes.length < settings.length) {
    throw new ConfigError(
      "settings-mixed",
      "a file is either XML, or it has properties or lines; the settings ask for both. Declare one file for each.",
    );
  }
  let edited: Buffer = Buffer.from(bytes);
  if (attributes.length > 0) edited = editXmlAttributes(edited, attributes);
  if (properties.length > 0) edited = editProperties(edited, properties, options);
  if (lines.length > 0) edited = editLines(edited, lines);
  return edited;
}

/** The value that the product reads, or null where there is none. */
export function readSetting(
  bytes: Uint8Array,
  setting: ConfigSetting,
  options: PropertiesOptions = {},
): string | null {
  switch (setting.kind) {
    case "xml-attribute":
      return readXmlAttribute(bytes, setting);
    case "property":
      return readProperty(bytes, setting, options);
    case "line":
      return readLine(bytes, setting);
  }
}

function assertDistinct(settings: readonly ConfigSetting[]): void {
  const names = settings.map(settingName);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw new ConfigError("setting-repeated", `"${repeated}" is declared twice for one file. Declare it once.`);
}
