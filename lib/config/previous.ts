import type { ConfigSetting } from "../model/configFile";
import type { PropertiesOptions } from "./properties";
import { readSetting, settingName } from "./settings";

/** Values by the name of their setting; `null` where there was none. The ownership record keeps them. */
export type PreviousValues = Readonly<Record<string, string | null>>;

/**
 * What must be kept so that the settings can be taken back later: for each one the value kept already, or else
 * the one in the file, which is not ours yet.
 *
 * @param kept - what the ownership record holds
 */
export function previousValues(
  bytes: Uint8Array,
  settings: readonly ConfigSetting[],
  kept: PreviousValues = {},
  options: PropertiesOptions = {},
): PreviousValues {
  return Object.fromEntries(
    settings.map((setting) => {
      const name = settingName(setting);
      const before = keptValue(kept, name);
      return [name, before === undefined ? readSetting(bytes, setting, options) : before];
    }),
  );
}

/**
 * The settings that take ours back: each with the value that was there before. Where somebody has changed the
 * value since, it is theirs and left out, and so is a setting of which nothing was kept.
 */
export function settingsToRestore(
  bytes: Uint8Array,
  settings: readonly ConfigSetting[],
  kept: PreviousValues,
  options: PropertiesOptions = {},
): ConfigSetting[] {
  return settings.flatMap((setting) => {
    const value = keptValue(kept, settingName(setting));
    if (value === undefined || readSetting(bytes, setting, options) !== setting.value) return [];
    return [{ ...setting, value }];
  });
}

function keptValue(kept: PreviousValues, name: string): string | null | undefined {
  return Object.hasOwn(kept, name) ? kept[name] : undefined;
}
