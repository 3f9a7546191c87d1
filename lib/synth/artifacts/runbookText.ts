import {
  type EntryPlan,
  type Runbook,
  type RunbookStep,
  type StorePlan,
  type TrustPlan,
  isDeployedHost,
  isLeftOut,
} from "../../model";
import { markdownCode, markdownCodeBlock, markdownText, shellQuote } from "../../text";
import { backStep, backSteps, copyStep, ownStep, putStep } from "./runbookCopies";
import { runbookHeading } from "./runbookHeading";
import { leftovers } from "./runbookLeftovers";
import { passwordChanges } from "./runbookPasswords";
import { type BundleContents, type BundleStep, entryStep, settingSteps } from "./runbookSteps";

export interface RunbookTextProps extends BundleContents {
  readonly plan: TrustPlan;
  /** SHA-256 of a certificate that a step's check must show. */
  readonly fingerprintOf: (shows: NonNullable<RunbookStep["shows"]>) => string | undefined;
}

/** A part of the runbook. */
interface Chapter {
  readonly title: string;
  readonly unproven?: readonly string[];
  readonly steps: readonly BundleStep[];
  /** What undoes it, whatever of it was done. */
  readonly back: readonly BundleStep[];
}

/**
 * What a person does, in order, on a machine that nobody may deploy to: the exact commands, and after
 * each the check that tells whether to go on. Passwords are asked for by the commands and stand nowhere.
 */
export function runbookText(props: RunbookTextProps): string {
  const runbooks = props.plan.runbooks.filter(({ hostId }) => hostId === props.host.id);
  const covered = new Set(runbooks.flatMap(({ covers = [] }) => covers));
  const chapters = [
    passwordChapter(props),
    // Where Terraform delivers, stores and files are there already.
    ...(isDeployedHost(props.host)
      ? []
      : [...storeChapters(props, covered), ...fileChapters(props, covered)]),
    ...runbooks.map((runbook) => productChapter(props, runbook)),
    ...(runbooks.length === 0 ? [readingChapter(props)] : []),
    leftoverChapter(props),
  ];
  const body = chapters.flatMap((chapter) => chapterLines(chapter, props));
  const usesKeytool = body.some((line) => line.includes("keytool "));
  const heading = runbookHeading(props.plan, props.host, usesKeytool ? runbooks : undefined);
  return `${[...heading, ...body].join("\n")}\n`;
}

/** First of all: what is delivered afterwards is under the new passwords already. */
function passwordChapter(props: RunbookTextProps): Chapter {
  const { paths, steps } = passwordChanges(props.plan, props.host);
  return chapterOf(props, "Passwords", paths, steps);
}

/** Trust first: what this host relies on comes before what it presents. */
function storeChapters(props: RunbookTextProps, covered: ReadonlySet<string>): Chapter[] {
  const { plan, host } = props;
  const stores = plan.stores.filter(({ hostId, path }) => hostId === host.id && !covered.has(path));
  const kinds = [
    ["Trust", "anchor"],
    ["Identities", "key"],
  ] as const;
  return kinds.flatMap(([title, kind]) => {
    const entriesOf = (store: StorePlan) => deliveredTo(store, plan.entries, kind);
    const changed = stores.filter((store) => entriesOf(store).length > 0);
    if (changed.length === 0) return [];
    const paths = changed.map(({ path }) => path);
    const steps = changed.flatMap((store) =>
      entriesOf(store).flatMap((entry) => entryStep(props, store, entry)),
    );
    return [chapterOf(props, title, paths, [...steps, ...ownStep(host, paths)])];
  });
}

function deliveredTo(store: StorePlan, entries: readonly EntryPlan[], kind: EntryPlan["kind"]): EntryPlan[] {
  return entries.filter((entry) => entry.storeId === store.id && entry.kind === kind && !isLeftOut(entry));
}

/** Stores that something of ours goes into. */
function deliveredStores({ stores, entries }: TrustPlan): StorePlan[] {
  return stores.filter(({ id }) => entries.some((entry) => entry.storeId === id && !isLeftOut(entry)));
}

function fileChapters(props: RunbookTextProps, covered: ReadonlySet<string>): Chapter[] {
  const { plan, host, paths } = props;
  const ours = <Part extends { readonly hostId: string; readonly path: string }>(parts: readonly Part[]) =>
    parts.filter(({ hostId, path }) => hostId === host.id && !covered.has(path));
  const [files, configFiles] = [ours(plan.files), ours(plan.configFiles)];
  const put = () =>
    putStep(
      host,
      files.map((file) => ({ from: paths.fileOf(file), to: file.path, mode: file.mode })),
    );
  const changing = (title: string, parts: readonly { readonly path: string }[], steps: () => BundleStep[]) =>
    parts.length === 0
      ? []
      : [
          chapterOf(
            props,
            title,
            parts.map(({ path }) => path),
            steps(),
          ),
        ];
  return [
    ...changing("Files", files, () => [put()]),
    ...changing("Settings", configFiles, () => configFiles.flatMap((file) => settingSteps(props, file))),
  ];
}

/** A chapter that changes files, if any, and no product yet. */
function chapterOf(
  { host }: RunbookTextProps,
  title: string,
  paths: readonly string[],
  steps: readonly BundleStep[],
): Chapter {
  if (paths.length === 0) return { title, steps, back: [] };
  const back = backStep(host, paths);
  const restarted =
    "A product that was restarted since has read what is taken back here: then follow the way back of its own chapter, which does this, too.";
  return {
    title,
    steps: [copyStep(host, paths), ...steps],
    back: [{ ...back, text: `${back.text} ${restarted}` }],
  };
}

/** What a product needs, and how all of it, files of the chapters before included, goes back. */
function productChapter({ plan, host }: RunbookTextProps, runbook: Runbook): Chapter {
  const { title, steps, covers = [], back, unproven } = runbook;
  const isPart = ({ id, hostId }: { readonly id: string; readonly hostId: string }) =>
    hostId === host.id && id.startsWith(`${runbook.id}/`);
  const parts = [...plan.configFiles, ...plan.files, ...deliveredStores(plan)].filter(isPart);
  const paths = [...new Set([...covers, ...parts.map(({ path }) => path)])];
  const after = back?.after ?? [
    { text: "Let the product read these files again, as the steps of this chapter do." },
  ];
  return {
    title,
    ...(unproven === undefined ? {} : { unproven }),
    steps: [
      ...(covers.length === 0 || steps.length === 0 ? [] : [copyStep(host, covers)]),
      ...(plan.passwordSteps ?? []).flatMap(({ id, text }) => (id === runbook.id ? [{ text }] : [])),
      ...steps,
    ],
    back:
      paths.length === 0 && back === undefined
        ? []
        : [
            ...(back?.before ?? []),
            ...(paths.length === 0 ? [] : backSteps(plan, host, paths, covers)),
            ...after,
          ],
  };
}

/** What is said of a host whose product has nothing to say itself. */
function readingChapter({ plan, host }: RunbookTextProps): Chapter {
  const ours = ({ hostId }: { readonly hostId: string }) => hostId === host.id;
  const parts = [...plan.configFiles, ...plan.files, ...deliveredStores(plan)];
  const paths = parts.filter(ours).map(({ path }) => path);
  const restart: RunbookStep = {
    text: "Restart what reads these files, unless it reads them again by itself.",
    check: "It is up again.",
  };
  const presented = plan.endpoints.filter(ours).map(({ names, port, identityId }) => ({
    step: {
      text: "See what it presents.",
      command: `keytool -printcert -sslserver ${shellQuote(host.platform, `${names[0] ?? "localhost"}:${port}`)}`,
    },
    identityId,
  }));
  return {
    title: "What reads these files",
    steps:
      paths.length === 0
        ? []
        : [
            restart,
            ...presented.map(({ step, identityId }) => ({
              ...step,
              check: "The first certificate is the one that was delivered. Its SHA-256 fingerprint:",
              ...(identityId === undefined ? {} : { shows: { identityId, part: "leaf" as const } }),
            })),
          ],
    back: [
      ...backSteps(plan, host, paths, []),
      restart,
      ...presented.map(({ step }) => ({
        ...step,
        check:
          "The first certificate is the one of before. Where nothing was served before, nothing answers.",
      })),
    ],
  };
}

/** Last of all, because what has moved is read until then. */
function leftoverChapter(props: RunbookTextProps): Chapter {
  const { paths, steps, back } = leftovers(props.plan, props.host);
  const chapter = chapterOf(props, "What earlier bundles have left", paths, steps);
  return { ...chapter, back: [...chapter.back, ...back] };
}

function chapterLines({ title, unproven = [], steps, back }: Chapter, props: RunbookTextProps): string[] {
  if (steps.length === 0) return [];
  return [
    `## ${markdownText(title)}`,
    "",
    ...(unproven.length === 0
      ? []
      : ["**Not proven by its makers**:", "", ...unproven.map((text) => `- ${markdownText(text)}`), ""]),
    ...steps.flatMap((step, index) => stepLines(index + 1, step, props)),
    ...(back.length === 0
      ? []
      : [
          `### The way back: ${markdownText(title)}`,
          "",
          ...back.flatMap((step, index) => stepLines(index + 1, step, props)),
        ]),
  ];
}

function stepLines(number: number, step: BundleStep, { host, fingerprintOf }: RunbookTextProps): string[] {
  const language = host.platform === "windows" ? "bat" : "sh";
  const fingerprint = step.shows === undefined ? undefined : fingerprintOf(step.shows);
  const marker = `${number}. `;
  const indent = " ".repeat(marker.length);
  const paragraph = (text: string) => [`${indent}${text}`, ""];
  return [
    `${marker}${markdownText(step.text)}`,
    "",
    ...(step.command === undefined ? [] : [...markdownCodeBlock(language, step.command, indent), ""]),
    ...(step.answers === undefined
      ? []
      : [...step.answers.map((answer) => `${indent}- ${markdownText(answer)}`), ""]),
    ...(step.check === undefined
      ? []
      : paragraph(
          `Check: ${markdownText(step.check)}${fingerprint === undefined ? "" : ` ${markdownCode(fingerprint)}`}`,
        )),
  ];
}
