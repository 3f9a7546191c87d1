import { realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFile } from "../../synth/packageFile";

/** What an app that failed wrote on standard error. */
export interface FailedApp {
  /** Its own words, before it failed. */
  readonly said: string;
  /** Why it failed, without the stack trace that Node prints around it. */
  readonly error: string;
}

const FRAME = /^\s+at (.*\(.*\)|.*:\d+)( \{)?$/;

/** Splits what a failed app wrote; one that says itself why it failed has said its error. */
export function takenApart(stderr: string): FailedApp {
  const lines = stderr.split("\n");
  const crash = lines.findIndex((line, index) => isCrash(line, lines.slice(index + 1)));
  if (crash === -1) return { said: "", error: withoutTrace(lines) };
  return {
    said: lines
      .slice(0, crash)
      .map((line) => `${line}\n`)
      .join(""),
    error: withoutTrace(lines.slice(crash)),
  };
}

/**
 * The line of the project's own code that an error came from, `stacks/shop.ts:12:5`; undefined where it came while all
 * stacks were synthesised, when no line of the project is at fault more than another.
 */
export function userLine(stderr: string, projectDirectory: string): string | undefined {
  const root = realpathSync(projectDirectory);
  const ours = dirname(packageFile("package.json"));
  for (const line of stderr.split("\n")) {
    if (!FRAME.test(line)) continue;
    if (/\bApp\.synth\b/.test(line)) return undefined;
    const [, place = "", row, column] = /^\s+at (?:.*\()?(.*?):(\d+):(\d+)\)?(?: \{)?$/.exec(line) ?? [];
    const file = place.startsWith("file:") ? fileURLToPath(place) : place;
    const path = relative(root, file);
    if (!isAbsolute(file) || path.startsWith("..") || isAbsolute(path)) continue;
    if (path.split(sep).includes("node_modules") || /^(lib|dist)\b/.test(relative(ours, file))) continue;
    return `${path.replaceAll("\\", "/")}:${row}:${column}`;
  }
  return undefined;
}

/** Node prints where it was thrown, the source there with a caret below, and the error. */
function isCrash(line: string, next: readonly string[]): boolean {
  if (!/^(node:|file:\/\/|\/|[A-Za-z]:\\).*:\d+$/.test(line)) return false;
  return next.slice(0, 4).some((below) => /^\s*\^+\s*$/.test(below));
}

function withoutTrace(lines: readonly string[]): string {
  const kept = lines.filter(
    (line) =>
      !FRAME.test(line) &&
      !/^\s+\.\.\. \d+ lines matching cause stack trace \.\.\.$/.test(line) &&
      !line.startsWith("Node.js v"),
  );
  const start = kept.findIndex((line) => /^\w*(Error)?( \[[^\]]+\])?: /.test(line));
  const text = (start === -1 ? kept : kept.slice(start)).join("\n");
  // The name of an error of ours says nothing to the caller.
  return text
    .trimEnd()
    .replace(/^(\w+ \[TrustError\]|(Trust|Secret|Host|Config|Store)Error): /, "")
    .replace(/\n\s*(\{|code: ')[\s\S]*$/, "");
}
