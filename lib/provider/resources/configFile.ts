import { createHash } from "node:crypto";
import { readSettings, repeatedSetting, settingName } from "../../config";
import { claimIdOfVersion1, findRecorded } from "../../hosts";
import type { ConfigSetting } from "../../model";
import {
  claimantOf,
  claimAttributes,
  claimChecks,
  claimedRow,
  plannedContent,
  refreshedOwner,
  upgradedRow,
} from "../claims/row";
import { relocate } from "../configuration";
import { configFileMissing, incompleteSetting } from "../errors";
import { checkEach, fileAttributes, fileChecks, formatId } from "../location";
import {
  type ApplyOf,
  computed,
  defineResource,
  type Diagnostic,
  isKnown,
  optional,
  type PlanOf,
  required,
  type StateOf,
} from "../protocol";
import { foreseeWritable } from "../writable";
import { forgetValues, type SettingChanges, setValues } from "../settings/setValues";
import { reachHost } from "../reachHost";

const typeName = "trust_config_file";

const settingAttributes = {
  kind: required.string("`xml-attribute`, `property` or `line`."),
  element: optional.string("Local name of the one element; for `xml-attribute`."),
  attribute: optional.string("Name of the attribute; for `xml-attribute`."),
  key: optional.string("Key in a `java.util.Properties` file; for `property`."),
  pattern: optional.string(
    "Regular expression that the one line matches, appended where none does; for `line`.",
  ),
  value: optional.string("The value, or the whole line; null removes it."),
  on_foreign: optional.string(
    "`replace` (default) or `refuse`: what to do with another value that nobody has claimed; for `property`.",
  ),
};

const attributes = {
  id: computed.string("Host and path."),
  ...fileAttributes,
  settings: required.listOf(settingAttributes, "Values in the file that are declared here; all others stay."),
  ...claimAttributes,
};

type State = StateOf<typeof attributes>;
type SettingState = State["settings"][number];

/** A product's own file, in which a few values are ours. */
export const configFileResource = defineResource({
  typeName,
  description:
    "Sets values in a product's own file and leaves every other byte as it is; destroy puts the previous values back.",
  version: 1,
  attributes,
  validate: (config) => [...checkEach(config, { ...fileChecks, ...claimChecks }), ...checkSettings(config)],

  upgrade: (state) => {
    const host = relocate(state.host ?? "");
    const path = state.path ?? "";
    const settings = state.settings ?? [];
    return {
      ...upgradedRow(claimIdOfVersion1({ kind: "setting" })),
      id: formatId(host, path),
      host,
      path,
      settings,
      content: contentOfSettings(settings),
    };
  },

  plan: ({ host, path, settings }, prior) => {
    const isWhole = isKnown(settings) && settings.every((setting) => Object.values(setting).every(isKnown));
    return {
      ...(isKnown(host) && isKnown(path) ? { id: formatId(host, path) } : {}),
      content: plannedContent(prior, isWhole ? contentOfSettings(settings) : undefined, false),
    };
  },

  foresee: foreseeSettings,
  foreseeDestroy: foreseeSettings,
  create: (planned) => change(planned, []),
  update: (planned, prior) => change(planned, prior.settings),

  read: async (state) => {
    const host = reachHost(state.host);
    const path = await host.findFile(state.path);
    const file = path === undefined ? undefined : await host.readFile(path);
    // Of a file that somebody removed, the record may still be there.
    if (file === undefined && (await findRecorded(host, state.path)) === undefined) return undefined;
    const found = file === undefined ? [] : readSettings(file.bytes, state.settings.map(toSetting));
    const settings = state.settings.map((setting, index) => ({
      ...setting,
      value: found[index]?.found ?? null,
    }));
    return { ...state, settings, content: contentOfSettings(settings), owner: refreshedOwner(state) };
  },

  destroy: async (state, context) => {
    const host = reachHost(state.host);
    const claimant = claimantOf(typeName, state.claim);
    const path = await host.findFile(state.path);
    if (path === undefined) {
      context.warn(`${state.path} was gone already`, "There were no values to put back.");
      await forgetValues(host, state.path, claimant);
      return;
    }
    const changes: SettingChanges = {
      wanted: [],
      dropped: state.settings.map(toSetting),
      planned: new Map(),
    };
    const removesForGood = state.on_destroy === "remove";
    await host.exclusively(path, () => setValues(host, path, claimant, changes, { removesForGood, context }));
  },
});

/** Refuses at plan a file that cannot be written; one that is missing is left to the apply. */
async function foreseeSettings({
  host,
  path,
}: Pick<PlanOf<typeof attributes>, "host" | "path">): Promise<void> {
  if (!isKnown(host) || !isKnown(path)) return;
  const found = await reachHost(host).findFile(path);
  if (found !== undefined) await foreseeWritable({ host, path: found });
}

/** Sets what is declared, and puts back what is declared no longer. */
async function change(planned: ApplyOf<typeof attributes>, prior: readonly SettingState[]): Promise<State> {
  const host = reachHost(planned.host);
  const path = await host.findFile(planned.path);
  if (path === undefined) throw configFileMissing(planned.path);
  const row = claimedRow(planned, contentOfSettings(planned.settings));
  const wanted = planned.settings.map(toSetting);
  const names = new Set(wanted.map(settingName));
  const before = prior.map(toSetting);
  const changes = {
    wanted,
    dropped: before.filter((setting) => !names.has(settingName(setting))),
    planned: new Map(before.map((setting) => [settingName(setting), setting.value])),
  };
  const removesForGood = row.on_destroy === "remove";
  await host.exclusively(path, () =>
    setValues(host, path, claimantOf(typeName, row.claim), changes, { removesForGood }),
  );
  return { ...planned, ...row, id: formatId(planned.host, planned.path) };
}

/** SHA-256 over the settings and their values. */
function contentOfSettings(settings: readonly SettingState[]): string {
  const values = settings.map((setting) => [settingName(toSetting(setting)), setting.value]);
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

function checkSettings({ settings }: PlanOf<typeof attributes>): Diagnostic[] {
  if (!isKnown(settings)) return [];
  const known = settings.filter((setting) => isKnown(setting) && Object.values(setting).every(isKnown));
  try {
    const repeated = repeatedSetting(known.map(toSetting));
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
function toSetting({
  kind,
  element,
  attribute,
  key,
  pattern,
  value,
  on_foreign: onForeign,
}: SettingState): ConfigSetting {
  if (kind === "xml-attribute" && element !== null && attribute !== null) {
    return { kind, element, attribute, value };
  }
  if (kind === "property" && key !== null)
    return { kind, key, value, ...(onForeign === "refuse" ? { onForeign } : {}) };
  if (kind === "line" && pattern !== null) return { kind, pattern, value };
  throw incompleteSetting(kind);
}
