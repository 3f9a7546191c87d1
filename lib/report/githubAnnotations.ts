import { sentenceOf } from "../rules";
import { terminalLine } from "../text";
import type { EnvironmentReport } from "./environmentReport";

/** GitHub shows ten of a level a step, and drops the others without a word. */
const MOST_OF_A_LEVEL = 10;

interface Annotation {
  readonly level: "error" | "warning";
  readonly title: string;
  readonly message: string;
  /** What it is shown at; relative to the checkout. */
  readonly file: string;
}

export interface GithubFiles {
  /** Where hops are declared. */
  readonly project: string;
  /** Where certificates are pinned. */
  readonly lock: string;
}

/** GitHub's workflow commands, a line each: hops that fail, then what ends soon. */
export function githubAnnotations(report: EnvironmentReport, files: GithubFiles): string[] {
  const { environment, hops, expiring, failsForExpiry } = report;
  const all: readonly Annotation[] = [
    ...hops
      .filter(({ verdict }) => verdict === "FAILS")
      .map(({ client, address, reason }): Annotation => ({
        level: "error",
        title: `${environment}: ${client} → ${address} fails`,
        message: reason,
        file: files.project,
      })),
    ...expiring.map(({ rule, identityId, ...expiry }): Annotation => ({
      level: failsForExpiry ? "error" : "warning",
      title: `${environment}: ${identityId} ${rule === "expired" ? "has expired" : "expires soon"}`,
      message: sentenceOf(expiry),
      file: files.lock,
    })),
  ];
  return (["error", "warning"] as const).flatMap((level) =>
    shown(all.filter((one) => one.level === level)).map(commandOf),
  );
}

/** The last of those that are shown says how many there are more. */
function shown(annotations: readonly Annotation[]): readonly Annotation[] {
  const [first] = annotations;
  if (annotations.length <= MOST_OF_A_LEVEL || first === undefined) return annotations;
  const rest = annotations.slice(MOST_OF_A_LEVEL - 1);
  return [
    ...annotations.slice(0, MOST_OF_A_LEVEL - 1),
    {
      level: first.level,
      title: `${rest.length} more`,
      message: `and ${rest.length} more, which GitHub does not show here: ${rest.map(({ title }) => title).join("; ")}`,
      file: first.file,
    },
  ];
}

function commandOf({ level, title, message, file }: Annotation): string {
  return `::${level} file=${property(file)},title=${property(title)}::${data(message)}`;
}

/** As GitHub's own toolkit writes them (`@actions/core`, `escapeData`). */
function data(text: string): string {
  return terminalLine(text).replaceAll("%", "%25");
}

/** Properties end at a comma, and begin after colons (`escapeProperty`). */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
