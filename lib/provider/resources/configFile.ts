import { editConfig, readSetting, settingName } from "../../config";
import {
  type HostFiles,
  keepBackup,
  keepOriginal,
  openHost,
  type OwnedSetting,
  readOwnership,
  writeOwnership,
} from "../../hosts";
import type { ConfigSetting } from "../../model";
import { configFileMissing, incompleteSetting } from "../errors";
import { checkEach, fileAttributes, fileChecks, formatId } from "../location";
import {
  type CallContext,
  computed,
  defineResource,
  type Diagnostic,
  isKnown,
  optional,
  type PlanOf,
  required,
  type StateOf,
} from "../protocol";
import { runId } from "../run";

const settingAttributes = {
  kind: required.string("`xml-attribute`, `property` or `line`."),
  element: optional.string("Local name of the one element; for `xml-attribute`."),
  attribute: optional.string("Name of the attribute; for `xml-attribute`."),
  key: optional.string("Key in a `java.util.Properties` file; for `property`."),
  pattern: optional.string(
    "Regular expression that the one line matches, appended where none does; for `line`.",
  ),
  value: optional.string("The value, or the whole line; null removes it."),
};

const attributes = {
  id: computed.string("Host and path."),
  ...fileAttributes,
  settings: required.listOf(settingAttributes, "Values in the file that are declared here; all others stay."),
};

type State = StateOf<typeof attributes>;
type SettingState = State["settings"][number];

/** A product's own file, in which a few values are ours. */
export const configFileResource = defineResource({
  typeName: "trust_config_file",
  description:
    "Sets values in a product's own file and leaves every other byte as it is; destroy puts the previous values back.",
  version: 0,
  attributes,
  validate: (config) => [...checkEach(config, fileChecks), ...checkSettings(config)],
  plan: ({ host, path }) => (isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),
  create: ({ host, path, settings }) => change({ host, path, settings }, []),
  update: ({ host, path, settings }, prior) => change({ host, path, settings }, prior.settings),

  read: async (state) => {
    const host = openHost(state.host);
    const path = await host.findFile(state.path);
    const file = path === undefined ? undefined : await host.readFile(path);
    if (file === undefined) return undefined;
    const settings = state.settings.map((setting) => ({
      ...setting,
      value: readSetting(file.bytes, toSetting(setting)),
    }));
    return { ...state, settings };
  },

  destroy: async (state, context) => {
    const host = openHost(state.host);
    const path = await host.findFile(state.path);
    if (path === undefined) {
      context.warn(`${state.path} was gone already`, "There were no values to put back.");
      return;
    }
    await host.withLock(path, () => setValues(host, path, [], state.settings.map(toSetting), context));
  },
});

type Declared = Pick<State, "host" | "path" | "settings">;

/** Sets what is declared, and puts back what is declared no longer. */
async function change(declared: Declared, prior: readonly SettingState[]): Promise<State> {
  const host = openHost(declared.host);
  const path = await host.findFile(declared.path);
  if (path === undefined) throw configFileMissing(declared.path);
  const settings = declared.settings.map(toSetting);
  const names = new Set(settings.map(settingName));
  const dropped = prior.map(toSetting).filter((setting) => !names.has(settingName(setting)));
  await host.withLock(path, () => setValues(host, path, settings, dropped, undefined));
  return { ...declared, id: formatId(declared.host, declared.path) };
}

/** Edits the file under its lock; the record of what stood there before goes first. */
async function setValues(
  host: HostFiles,
  path: string,
  settings: readonly ConfigSetting[],
  dropped: readonly ConfigSetting[],
  context: CallContext | undefined,
): Promise<void> {
  const file = await host.readFile(path);
  if (file === undefined) throw configFileMissing(path);
  const ownership = await readOwnership(host, path);
  const owned = ownership.settings ?? {};

  const restored = dropped.flatMap((setting): ConfigSetting[] => {
    const record = owned[settingName(setting)];
    if (record === undefined) return [];
    const found = readSetting(file.bytes, setting);
    if (found === record.value || found === record.before) return [{ ...setting, value: record.before }];
    context?.warn(
      `A value was left in ${path}`,
      `Somebody has changed ${settingName(setting)} since it was set; it stays as it is.`,
    );
    return [];
  });
  const claimed = settings.map((setting): [string, OwnedSetting] => {
    const name = settingName(setting);
    return [
      name,
      { value: setting.value, before: (owned[name] ?? { before: readSetting(file.bytes, setting) }).before },
    ];
  });

  const bytes = editConfig(file.bytes, [...settings, ...restored]);
  const changed = !bytes.equals(file.bytes);
  if (changed) {
    await keepOriginal(host, path);
    await keepBackup(host, path, runId);
  }
  const after = Object.fromEntries(claimed);
  await writeOwnership(host, path, { ...ownership, settings: { ...owned, ...after } });
  if (changed) await host.replaceFile(path, bytes);
  const forgotten = new Set(dropped.map(settingName));
  const kept = Object.entries(owned).filter(([name]) => !forgotten.has(name));
  await writeOwnership(host, path, { ...ownership, settings: { ...Object.fromEntries(kept), ...after } });
}

function checkSettings({ settings }: PlanOf<typeof attributes>): Diagnostic[] {
  if (!isKnown(settings)) return [];
  const known = settings.filter((setting) => isKnown(setting) && Object.values(setting).every(isKnown));
  try {
    const names = known.map((setting) => settingName(toSetting(setting)));
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated === undefined) return [];
    return [invalidSettings(`"${repeated}" is declared twice. Declare it once.`)];
  } catch (error) {
    return [invalidSettings(error instanceof Error ? error.message : String(error))];
  }
}

function invalidSettings(detail: string): Diagnostic {
  return { severity: "error", summary: "Invalid settings", detail, attribute: "settings" };
}

/** The setting that an object of the configuration stands for. */
function toSetting({ kind, element, attribute, key, pattern, value }: SettingState): ConfigSetting {
  if (kind === "xml-attribute" && element !== null && attribute !== null) {
    return { kind, element, attribute, value };
  }
  if (kind === "property" && key !== null) return { kind, key, value };
  if (kind === "line" && pattern !== null) return { kind, pattern, value };
  throw incompleteSetting(kind);
}
