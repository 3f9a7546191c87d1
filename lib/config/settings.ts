import type { ConfigSetting } from "../model/configFile";
import { ConfigError } from "./errors";
import { editLines, type LineSetting, readLines } from "./lines";
import { editProperties, type PropertiesOptions, type PropertySetting, readProperties } from "./properties";
import { editXmlAttributes, readXmlAttributes, type XmlAttributeSetting } from "./xmlAttributes";

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

/** The setting of a name that `settingName` gave, to be removed; undefined for any other text. */
export function settingOfName(name: string): ConfigSetting | undefined {
  const [, kind, rest = ""] = /^([a-z-]+) (.*)$/su.exec(name) ?? [];
  if (kind === "property") return { kind, key: rest, value: null };
  if (kind === "line") return { kind, pattern: rest, value: null };
  const at = rest.indexOf("/@");
  if (kind !== "xml-attribute" || at < 0) return undefined;
  return { kind, element: rest.slice(0, at), attribute: rest.slice(at + 2), value: null };
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
  return readSettings(bytes, [setting], options)[0]?.found ?? null;
}

/** The values that the product reads, in the order of the settings; the file is parsed once, for it may hold thousands. */
export function readSettings(
  bytes: Uint8Array,
  settings: readonly ConfigSetting[],
  options: PropertiesOptions = {},
): { readonly setting: ConfigSetting; readonly found: string | null }[] {
  const kinds = new Set(settings.map(({ kind }) => kind));
  const properties = kinds.has("property") ? readProperties(bytes, options) : undefined;
  const attributes = kinds.has("xml-attribute") ? readXmlAttributes(bytes) : undefined;
  const lines = kinds.has("line") ? readLines(bytes) : undefined;
  return settings.map((setting) => {
    switch (setting.kind) {
      case "xml-attribute":
        return { setting, found: attributes?.(setting) ?? null };
      case "property":
        return { setting, found: properties?.get(setting.key) ?? null };
      case "line":
        return { setting, found: lines?.(setting) ?? null };
    }
  });
}

/** The name of a setting that is given twice. */
export function repeatedSetting(settings: readonly ConfigSetting[]): string | undefined {
  const seen = new Set<string>();
  return settings.map(settingName).find((name) => seen.size === seen.add(name).size);
}

function assertDistinct(settings: readonly ConfigSetting[]): void {
  const repeated = repeatedSetting(settings);
  if (repeated === undefined) return;
  throw new ConfigError("setting-repeated", `"${repeated}" is declared twice for one file. Declare it once.`);
}
