import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ProjectError, readProject } from "../../project";
import { packageFile } from "../../synth/packageFile";
import type { Starter } from "./starter";

/** Where pipelines look for their recipes, and the starters that these are. */
export const CI_FILES = {
  github: [
    [".github/workflows/trust.yml", "ci/github.yml"],
    [".github/workflows/trust-renew.yml", "ci/github-renew.yml"],
  ],
  gitlab: [[".gitlab-ci.yml", "ci/gitlab.yml"]],
} as const;

export type CiSystem = keyof typeof CI_FILES;

/** A file of the project: written, right already, or somebody's own, which stays as it is. */
export interface ProjectFile {
  readonly path: string;
  readonly outcome: "written" | "unchanged" | "kept";
}

/** Puts a file where there is none; another one that is there stays. */
export function writeProjectFile(directory: string, path: string, content: string): ProjectFile {
  const place = join(directory, path);
  if (existsSync(place))
    return { path, outcome: readFileSync(place, "utf8") === content ? "unchanged" : "kept" };
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  return { path, outcome: "written" };
}

/** `cdktf.json`, whose random id differs each time: one that says how the app runs and what the project is called is right. */
export function writeCdktfJson(directory: string, content: string): ProjectFile {
  const file = writeProjectFile(directory, "cdktf.json", content);
  return file.outcome === "kept" && isComplete(directory) ? { ...file, outcome: "unchanged" } : file;
}

function isComplete(directory: string): boolean {
  try {
    return typeof readProject(directory).context["project"] === "string";
  } catch (error) {
    if (error instanceof ProjectError) return false;
    throw error;
  }
}

/** The files that are the same in every project with this starter. */
export function writeStarterFiles(
  directory: string,
  starter: Starter,
  ci: CiSystem | undefined,
): ProjectFile[] {
  const files: [string, string][] = [
    ["main.ts", `${starter.name}/main.ts`],
    [starter.stackFile, `${starter.name}/${starter.stackFile}`],
    ["tsconfig.json", "common/tsconfig.json"],
  ];
  if (ci !== undefined) files.push(...CI_FILES[ci].map(([path, source]): [string, string] => [path, source]));
  // All are read before any is written, so that a package without them leaves the folder as it is.
  const contents = files.map(([path, source]): [string, string] => [path, starterFile(source)]);
  const ignored = starterFile("common/gitignore");
  return [
    ...contents.map(([path, content]) => writeProjectFile(directory, path, content)),
    ignoreOutputs(directory, ignored),
  ];
}

/** `.gitignore` may be somebody's own: lines that it lacks go to its end. */
function ignoreOutputs(directory: string, wanted: string): ProjectFile {
  const path = ".gitignore";
  const place = join(directory, path);
  if (!existsSync(place)) return writeProjectFile(directory, path, wanted);
  const present = readFileSync(place, "utf8");
  const lines = new Set(present.split(/\r?\n/));
  const missing = wanted.split("\n").filter((line) => line !== "" && !lines.has(line));
  if (missing.length === 0) return { path, outcome: "unchanged" };
  const separator = present === "" || present.endsWith("\n") ? "" : "\n";
  writeFileSync(place, `${present}${separator}${missing.join("\n")}\n`);
  return { path, outcome: "written" };
}

function starterFile(path: string): string {
  return readFileSync(packageFile(`starters/${path}`), "utf8");
}
