import type { TrustPlan } from "../../../model";

/** A path of a machine in a sentence: at least two components, and none of a URL, an id or an address. */
const ABSOLUTE_PATH = /(?<![\w.:/\\-])(?:\/[^\s/"'`;,()]+){2,}|(?<![\w])[A-Za-z]:(?:\\[^\\\s"'`;,()]+){2,}/g;

/**
 * What takes the paths on hosts out of sentences, and leaves the name of the file: a map is handed round, and where
 * stores stand is nobody's business who only reads who trusts whom.
 */
export function pathsLeftOut(plans: readonly TrustPlan[]): (text: string) => string {
  const known = plans
    .flatMap(({ stores, files, configFiles, expectations = [] }) => [
      ...stores,
      ...files,
      ...configFiles,
      ...expectations,
    ])
    .map(({ path }) => path);
  const longestFirst = [...new Set(known)].sort(
    (one, other) => other.length - one.length || Number(one > other),
  );
  return (text) =>
    longestFirst
      .reduce((rest, path) => rest.replaceAll(path, () => lastOf(path)), text)
      .replace(ABSOLUTE_PATH, lastOf)
      .replaceAll(KEPT, "…/");
}

/** Stands for what was left out until all paths are found, so that none is cut twice. */
const KEPT = "\u{E000}";

function lastOf(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  return `${KEPT}${parts.at(-1) ?? ""}`;
}
