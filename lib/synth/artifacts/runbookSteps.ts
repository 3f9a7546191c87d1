import type {
  ConfigFilePlan,
  ConfigSetting,
  EntryPlan,
  FilePlan,
  HostPlan,
  RunbookStep,
  StorePlan,
} from "../../model";
import { day } from "../../model/day";
import { copyOfRun, markdownCode, runWord, shellQuote } from "../../text";
import type { PlanCertificates } from "../plan/planCertificates";

/** Where the parts of a bundle lie inside it. */
export interface BundlePaths {
  /** Overlay store of a store; undefined where nothing of ours goes into it. */
  overlayOf(store: StorePlan): string | undefined;
  certificateOf(entry: EntryPlan): string;
  fileOf(file: FilePlan): string;
  /** The site's own file with the settings in it; undefined where it was not handed over. */
  editedOf(file: ConfigFilePlan): string | undefined;
}

export interface BundleContents {
  readonly host: HostPlan;
  readonly paths: BundlePaths;
  readonly certificates: PlanCertificates;
}

/** A step of a bundle's runbook. */
export interface BundleStep extends RunbookStep {
  /** What the command may say or ask, and what to do then. */
  readonly answers?: readonly string[];
}

/** Brings an entry into its store; nothing where its certificate is not at hand. */
export function entryStep(contents: BundleContents, store: StorePlan, entry: EntryPlan): BundleStep[] {
  const certificate = contents.certificates.certificateOf(entry);
  if (certificate === undefined) return [];
  const { host, paths } = contents;
  const file = shellQuote(host.platform, store.path);
  const alias = shellQuote(host.platform, entry.alias);
  const list = `keytool -list -v -alias ${alias} -keystore ${file}`;
  const subject = markdownCode(certificate.subject);
  const check = `${markdownCode(list)} shows ${subject}, valid until ${day(certificate.notAfter)}, and this SHA-256 fingerprint: ${markdownCode(certificate.sha256)}`;
  const password = `the store's password (${markdownCode(store.password)})`;
  if (entry.kind === "anchor") {
    const renamed = `keytool -changealias -alias ${alias} -destalias ${alias}-${runWord(host.platform)} -keystore ${file}`;
    return [
      {
        text: `Trust ${subject} in ${markdownCode(store.path)}. keytool asks for ${password}, shows the certificate, and asks whether to trust it: answer yes where it shows the fingerprint below.`,
        command: `keytool -importcert -trustcacerts -alias ${alias} -file ${shellQuote(host.platform, paths.certificateOf(entry))} -keystore ${file}${typeFlag(store, "storetype")}`,
        answers: [
          `It says that the alias ${markdownCode(entry.alias)} exists: run the check. If it shows the fingerprint, go on with the next step. If not, the alias has an older certificate: run ${markdownCode(renamed)}, and this step again. Both are trusted then.`,
          "It says that the certificate is there under another alias, and asks whether to add it: answer yes.",
        ],
        check,
      },
    ];
  }
  const overlay = paths.overlayOf(store);
  if (overlay === undefined) return [];
  return [
    {
      text: `Put the identity ${subject} into ${markdownCode(store.path)}. keytool asks for ${password} twice: both stores have the same.`,
      command: [
        `keytool -importkeystore -srckeystore ${shellQuote(host.platform, overlay)}${typeFlag(store, "srcstoretype")} -srcalias ${alias}`,
        `-destkeystore ${file}${typeFlag(store, "deststoretype")} -destalias ${alias}`,
      ].join(" "),
      answers: [overwriting(entry, list, subject)],
      check,
    },
  ];
}

/** What to answer where the alias is taken: by the identity before, unless somebody else's is to be replaced. */
function overwriting(entry: EntryPlan, list: string, subject: string): string {
  const asked = `It asks whether to overwrite ${markdownCode(entry.alias)}:`;
  return entry.onForeign === "replace"
    ? `${asked} answer yes.`
    : `${asked} answer no, and run ${markdownCode(list)}. If the owner is ${subject}, that is an earlier bundle's: run this step again and answer yes. Any other is somebody else's: stop, and ask whoever handed you this.`;
}

function typeFlag(store: StorePlan, flag: string): string {
  return ` -${flag} ${store.profile === "jks" ? "JKS" : "PKCS12"}`;
}

/** The file as edited, where it was handed over as it is on the host; otherwise what to change in it. */
export function settingSteps({ host, paths }: BundleContents, file: ConfigFilePlan): BundleStep[] {
  const edited = paths.editedOf(file);
  const path = shellQuote(host.platform, file.path);
  const windows = host.platform === "windows";
  const check = `${markdownCode(`${windows ? "fc" : "diff"} ${copyOfRun(host.platform, file.path)} ${path}`)} shows these changes and no other; nothing, where the file had them already.`;
  if (edited === undefined)
    return [
      {
        text: `Change ${markdownCode(file.path)} with an editor, and leave everything else in it as it is.`,
        answers: file.settings.map(settingText),
        check,
      },
    ];
  return [
    {
      text: `Put the edited ${markdownCode(file.path)} in place, if it still is the file that was handed over; the check tells. What is changed in it:`,
      command: `${windows ? "copy /y" : "cp"} ${shellQuote(host.platform, edited)} ${path}`,
      answers: file.settings.map(settingText),
      check: `${check} Where it shows more, somebody has changed the file since: run ${markdownCode(`${windows ? "copy /y" : "cp -p"} ${copyOfRun(host.platform, file.path)} ${path}`)}, and make these changes with an editor.`,
    },
  ];
}

function settingText(setting: ConfigSetting): string {
  const { value } = setting;
  if (setting.kind === "xml-attribute") {
    const attribute = `attribute ${markdownCode(setting.attribute)} of the one element ${markdownCode(setting.element)} outside comments`;
    return value === null
      ? `Remove the ${attribute}.`
      : `Set the ${attribute} to ${markdownCode(`"${value}"`)}.`;
  }
  if (setting.kind === "property")
    return value === null
      ? `Remove the key ${markdownCode(setting.key)}.`
      : `Set ${markdownCode(`${setting.key}=${value}`)}.${setting.onForeign === "refuse" ? ` Where ${markdownCode(setting.key)} has another value already, stop: others may go by that. Ask whoever handed you this.` : ""}`;
  return value === null
    ? `Remove the line that matches ${markdownCode(setting.pattern)}.`
    : `Make the line that matches ${markdownCode(setting.pattern)} read ${markdownCode(value)}.`;
}
