import {
  type EntryPlan,
  type FilePlan,
  type HostPlan,
  type StorePlan,
  type TrustPlan,
  isDeployedHost,
  isLeftOut,
  nextPath,
} from "../../model";
import { markdownCode, shellQuote } from "../../text";
import type { BundleStep } from "./runbookSteps";

/** What people take away, from which of the declared files and beside them, and how what was renamed comes back. */
export interface Leftovers {
  readonly paths: readonly string[];
  readonly steps: readonly BundleStep[];
  readonly back: readonly BundleStep[];
}

/**
 * What people take away of earlier bundles, which nobody else can: what those brought is not known here, so that each step
 * says how it is told apart from what is needed, and from what is somebody else's. None where a deploy does it.
 */
export function leftovers(
  { stores, entries, files: allFiles, runbooks }: TrustPlan,
  host: HostPlan,
): Leftovers {
  const ours = ({ hostId }: { readonly hostId: string }) => hostId === host.id;
  const filled = stores.filter(ours).flatMap((store) => {
    const own = entries.filter((entry) => entry.storeId === store.id && !isLeftOut(entry));
    return own.length === 0 ? [] : [{ store, own }];
  });
  const files = allFiles.filter(ours);
  if (isDeployedHost(host) || (filled.length === 0 && files.length === 0))
    return { paths: [], steps: [], back: [] };
  // Some products' own steps say what becomes of such a file.
  const told = runbooks.flatMap(({ steps }) => steps.map(({ text }) => text)).join("\n");
  const next = nextFiles(files).filter((path) => !told.includes(path));
  return {
    paths: [...filled.map(({ store }) => store.path), ...next],
    steps: [
      ...filled.map(({ store, own }) => storeStep(host, store, own)),
      ...next.map((path) => nextStep(host, path)),
      {
        text:
          "Only where an earlier bundle was put in place here: look for what has moved. Paths below `files` of its archive that are " +
          "not below `files` of this one were its places: a store or a file that has another path or host now. One with a file beside " +
          "it whose name goes on with `.absent-` was made by a bundle: once what read it runs with this one, give it another name, " +
          "`.former` behind its own, and delete it later. Of any other take out only what that bundle's runbook had put in.",
        check:
          "What runs here still does when it is started again, and no product's configuration names one of them.",
      },
    ],
    back: [
      {
        text: "Give what was renamed to `.former` its own name again.",
        check: "No `.former` is left that something reads.",
      },
    ],
  };
}

function storeStep({ platform }: HostPlan, store: StorePlan, entries: readonly EntryPlan[]): BundleStep {
  const file = shellQuote(platform, store.path);
  const ours = entries.map(({ alias }) => markdownCode(alias)).join(", ");
  return {
    text: `Only where an earlier bundle was put in place here: look at what it has left in ${markdownCode(store.path)}. keytool asks for the password.`,
    command: `keytool -list -keystore ${file}`,
    answers: [
      `${ours}: what this bundle needs.`,
      `One of these names with ${markdownCode("-previous")} or a run's number behind it, or one that only an earlier runbook names: the older certificate of a rotation or of a renewal, or an alias that is called otherwise now. Once what reads the store runs with this bundle, and nobody presents that certificate any more, take it out: ${markdownCode(`keytool -delete -alias ALIAS -keystore ${file}`)}`,
      "Any other is somebody else's: leave it.",
    ],
    check: `${markdownCode(`keytool -list -keystore ${file}`)} shows these aliases and those of others, and what reads the store runs as before when it is started again.`,
  };
}

/** Where an ended rotation, or one that was taken back, has left its next certificate. */
function nextFiles(files: readonly FilePlan[]): string[] {
  const there = new Set(files.map(({ path }) => path));
  return files.flatMap(({ path, content }) => {
    if (content.kind !== "certificate" || content.encoding !== "der") return [];
    const next = nextPath(path);
    // While a rotation lasts it is there, and is itself one of them.
    return there.has(next) || files.some((other) => nextPath(other.path) === path) ? [] : [next];
  });
}

function nextStep({ platform }: HostPlan, path: string): BundleStep {
  const file = shellQuote(platform, path);
  return {
    text: `Take ${markdownCode(path)} away, where an earlier bundle has left it: the next certificate of a rotation that has ended, or was taken back. What had read it is to be told of it no more first.`,
    command: platform === "windows" ? `if exist ${file} del ${file}` : `rm -f ${file}`,
    check: "It is not there, and no product's configuration names it.",
  };
}
