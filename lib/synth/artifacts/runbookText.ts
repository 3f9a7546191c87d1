import {
  type ConfigFilePlan,
  type ConfigSetting,
  type EntryPlan,
  type FilePlan,
  type HostPlan,
  type RunbookStep,
  type StorePlan,
  type TrustPlan,
  isLeftOut,
} from "../../model";
import { day } from "../../model/day";
import { modeText } from "../../model/modeText";
import { copyOfRun, markdownCode, markdownCodeBlock, markdownText, runWord, shellQuote } from "../../text";
import type { PlanCertificates } from "../plan/planCertificates";
import { copyStep, namedRun, wayBack } from "./runbookCopies";

/** Where the parts of a bundle lie inside it. */
export interface BundlePaths {
  /** Overlay store of a store; undefined where nothing of ours goes into it. */
  overlayOf(store: StorePlan): string | undefined;
  certificateOf(entry: EntryPlan): string;
  fileOf(file: FilePlan): string;
  /** The site's own file with the settings in it; undefined where it was not handed over. */
  editedOf(file: ConfigFilePlan): string | undefined;
}

export interface RunbookTextProps {
  readonly plan: TrustPlan;
  readonly host: HostPlan;
  readonly paths: BundlePaths;
  readonly certificates: PlanCertificates;
  /** SHA-256 of a certificate that a step's check must show. */
  readonly fingerprintOf: (shows: NonNullable<RunbookStep["shows"]>) => string | undefined;
}

/**
 * What a person does, in order, on a machine that nobody may deploy to: the exact commands, and after
 * each the check that tells whether to go on. Passwords are asked for by the commands and stand nowhere.
 */
export function runbookText(props: RunbookTextProps): string {
  const { plan, host } = props;
  const ours = <Part extends { readonly hostId: string }>(parts: readonly Part[]) =>
    parts.filter(({ hostId }) => hostId === host.id);
  const runbooks = ours(plan.runbooks);
  const covered = new Set(runbooks.flatMap(({ covers = [] }) => covers));
  const uncovered = <Part extends { readonly hostId: string; readonly path: string }>(
    parts: readonly Part[],
  ) => ours(parts).filter(({ path }) => !covered.has(path));
  // Trust first: what this host relies on comes before what it presents, within a store and among them.
  const entries = [...plan.entries].sort((a, b) => rank(a) - rank(b)).filter((entry) => !isLeftOut(entry));
  const entriesOf = (store: StorePlan) => entries.filter(({ storeId }) => storeId === store.id);
  const rankOf = (store: StorePlan) => Math.min(...entriesOf(store).map(rank));
  const stores = uncovered(plan.stores)
    .filter((store) => entriesOf(store).length > 0)
    .sort((a, b) => rankOf(a) - rankOf(b));
  const storeSteps = stores.flatMap((store) => {
    const owned = entriesOf(store);
    return [copyStep(host, store.path), ...owned.flatMap((entry) => entryStep(props, store, entry))];
  });
  const [files, configFiles] = [uncovered(plan.files), uncovered(plan.configFiles)];
  const chapters: readonly Chapter[] = [
    { title: "Stores", steps: storeSteps, changes: stores },
    {
      title: "Files",
      steps: files.flatMap((file) => [copyStep(host, file.path), fileStep(props, file)]),
      changes: files,
    },
    {
      title: "Settings",
      steps: configFiles.flatMap((file) => [copyStep(host, file.path), ...settingSteps(props, file)]),
      changes: configFiles,
    },
    ...runbooks.map(({ title, steps }) => ({ title, steps, changes: [] })),
  ];
  const body = chapters.flatMap((chapter) => chapterLines(chapter, props));
  return `${[...heading(props), ...body].join("\n")}\n`;
}

function rank(entry: EntryPlan): number {
  return entry.kind === "anchor" ? 0 : 1;
}

/** A part of the runbook, with the files that its steps change. */
interface Chapter {
  readonly title: string;
  readonly steps: readonly RunbookStep[];
  readonly changes: readonly { readonly path: string }[];
}

/** Ids of other hosts that trust what this one presents, or are going to. */
function relyingHosts({ hops, endpoints }: TrustPlan, hostId: string): string[] {
  const relying = hops.flatMap(({ endpointId, clientHostId, bindingId }) => {
    const serverHostId = endpoints.find(({ id }) => id === endpointId)?.hostId;
    if (serverHostId === hostId) return [clientHostId];
    return clientHostId === hostId && bindingId !== undefined ? (serverHostId ?? []) : [];
  });
  return [...new Set(relying)].filter((id) => id !== hostId).sort();
}

function heading({ plan, host }: RunbookTextProps): string[] {
  const relying = relyingHosts(plan, host.id).map(markdownCode).join(", ");
  return [
    `# Runbook for ${markdownText(host.id)}`,
    "",
    `Stack ${markdownCode(plan.stack)}, environment ${markdownCode(plan.environment)}. Unpack the archive on the machine and run every command from`,
    "the directory it was unpacked to. Go on only where the check after a step agrees; before that, nothing is lost: every",
    "file that is changed is copied first, on each run, and each chapter ends with its way back.",
    "",
    ...namedRun(host),
    "`keytool` is in `bin` of the Java that the product runs on, often `jre/bin` below the product: put that first on the PATH.",
    "Files that are put in place belong to whoever copies them: give them to the account that the product runs under.",
    "",
    ...(relying === ""
      ? []
      : [
          `These rely on what this machine presents, and must trust a certificate before it is presented: ${relying}. Do theirs first.`,
        ]),
    `Afterwards copy the changed files back and run ${markdownCode(`cdktf-trust verify ${plan.stack} --host ${host.id}=DIRECTORY`)}.`,
    "",
  ];
}

function chapterLines({ title, steps, changes }: Chapter, props: RunbookTextProps): string[] {
  if (steps.length === 0) return [];
  return [
    `## ${markdownText(title)}`,
    "",
    ...steps.flatMap((step, index) => stepLines(index + 1, step, props)),
    ...wayBack(
      props.host,
      changes.map(({ path }) => path),
    ),
  ];
}

function stepLines(number: number, step: RunbookStep, props: RunbookTextProps): string[] {
  const language = props.host.platform === "windows" ? "bat" : "sh";
  const fingerprint = step.shows === undefined ? undefined : props.fingerprintOf(step.shows);
  return [
    `${number}. ${markdownText(step.text)}`,
    "",
    ...(step.command === undefined ? [] : [...markdownCodeBlock(language, step.command, "   "), ""]),
    ...(step.check === undefined
      ? []
      : [
          `   Check: ${markdownText(step.check)}${fingerprint === undefined ? "" : ` ${markdownCode(fingerprint)}`}`,
          "",
        ]),
  ];
}

function entryStep(props: RunbookTextProps, store: StorePlan, entry: EntryPlan): RunbookStep[] {
  const certificate = props.certificates.certificateOf(entry);
  if (certificate === undefined) return [];
  const { host, paths } = props;
  const file = quoted(host, store.path);
  const alias = quoted(host, entry.alias);
  const list = `keytool -list -v -alias ${alias} -keystore ${file}`;
  const check = `${markdownCode(list)} shows ${markdownCode(certificate.subject)}, valid until ${day(certificate.notAfter)}, and this SHA-256 fingerprint:`;
  const shown = `${check} ${markdownCode(certificate.sha256)}`;
  const renamed = `keytool -changealias -alias ${alias} -destalias ${alias}-${runWord(host.platform)} -keystore ${file}`;
  if (entry.kind === "anchor") {
    return [
      {
        text: [
          `Trust ${markdownCode(certificate.subject)} in ${markdownCode(store.path)}.`,
          `keytool asks for the store's password (${markdownCode(store.password)}) and shows the fingerprint before it asks whether to trust it.`,
          `Where it says that the alias exists, look with the check below. If it shows this certificate, go on with the next step; if it shows the one of an earlier bundle, give that another name with ${markdownCode(renamed)} and repeat. Both are trusted then, until nobody presents the older one.`,
          "Where it finds the certificate under another alias, answer yes.",
        ].join(" "),
        command: `keytool -importcert -trustcacerts -alias ${alias} -file ${quoted(host, paths.certificateOf(entry))} -keystore ${file}${typeFlag(store, "storetype")}`,
        check: shown,
      },
    ];
  }
  const overlay = paths.overlayOf(store);
  if (overlay === undefined) return [];
  return [
    {
      text: [
        `Put the identity ${markdownCode(certificate.subject)} into ${markdownCode(store.path)}.`,
        `Both stores have the same password (${markdownCode(store.password)}); keytool asks for it twice.`,
        overwrites(entry),
      ].join(" "),
      command: [
        `keytool -importkeystore -srckeystore ${quoted(host, overlay)}${typeFlag(store, "srcstoretype")} -srcalias ${alias}`,
        `-destkeystore ${file}${typeFlag(store, "deststoretype")} -destalias ${alias}`,
      ].join(" "),
      check: shown,
    },
  ];
}

/** What to answer where the alias is taken: by the identity before, unless somebody else's is to be replaced. */
function overwrites(entry: EntryPlan): string {
  const question = `Where it asks whether to overwrite ${markdownCode(entry.alias)}, answer yes`;
  return entry.onForeign === "replace"
    ? `${question}.`
    : `${question} only if that entry came from an earlier bundle.`;
}

function typeFlag(store: StorePlan, flag: string): string {
  return ` -${flag} ${store.profile === "jks" ? "JKS" : "PKCS12"}`;
}

function fileStep({ host, paths }: RunbookTextProps, file: FilePlan): RunbookStep {
  const from = quoted(host, paths.fileOf(file));
  const to = quoted(host, file.path);
  const command =
    host.platform === "windows" ? `copy /y ${from} ${to}` : `install -m ${modeText(file.mode)} ${from} ${to}`;
  return {
    text: `Put ${markdownCode(file.path)} in place.`,
    command,
    check: `${markdownCode(host.platform === "windows" ? `fc /b ${from} ${to}` : `cmp ${from} ${to}`)} finds no difference.`,
  };
}

/** The file as edited, where it was handed over as it is on the host; otherwise what to change in it. */
function settingSteps({ host, paths }: RunbookTextProps, file: ConfigFilePlan): RunbookStep[] {
  const edited = paths.editedOf(file);
  if (edited === undefined) return file.settings.map((setting) => settingStep(file, setting));
  const copy = host.platform === "windows" ? "copy /y" : "cp";
  const changes = file.settings.map(settingText).join("; ");
  return [
    {
      text: `If ${markdownCode(file.path)} is still the file that was handed over, put the edited one in place. Otherwise change it yourself: ${changes}.`,
      command: `${copy} ${quoted(host, edited)} ${quoted(host, file.path)}`,
      check: `${markdownCode(`${host.platform === "windows" ? "fc" : "diff"} ${copyOfRun(host.platform, file.path)} ${quoted(host, file.path)}`)} shows these changes and no other.`,
    },
  ];
}

function settingStep(file: ConfigFilePlan, setting: ConfigSetting): RunbookStep {
  return { text: `In ${markdownCode(file.path)}, ${settingText(setting)}. Leave everything else as it is.` };
}

function settingText(setting: ConfigSetting): string {
  const { value } = setting;
  if (setting.kind === "xml-attribute") {
    const attribute = `attribute ${markdownCode(setting.attribute)} of the one element ${markdownCode(setting.element)} outside comments`;
    return value === null
      ? `remove the ${attribute}`
      : `set the ${attribute} to ${markdownCode(`"${value}"`)}`;
  }
  if (setting.kind === "property")
    return value === null
      ? `remove the key ${markdownCode(setting.key)}`
      : `set ${markdownCode(`${setting.key}=${value}`)}`;
  return value === null
    ? `remove the line that matches ${markdownCode(setting.pattern)}`
    : `make the line that matches ${markdownCode(setting.pattern)} read ${markdownCode(value)}`;
}

/** A word of a command that a person pastes. */
function quoted(host: HostPlan, text: string): string {
  return shellQuote(host.platform, text);
}
