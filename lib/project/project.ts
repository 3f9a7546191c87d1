import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { noProject } from "./errors";
import { readJsonFile } from "./jsonFile";
import { mapOf, object, optional, plainData, text } from "./shape";

/** A CDKTF project, as its `cdktf.json` describes it. */
export interface Project {
  readonly directory: string;
  /** What the project is called wherever its name outlives a run: in plans, states and records on hosts. */
  readonly name: string;
  /** Shell command that synthesises the stacks. */
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** CDKTF's output directory; ours are below it, one an environment. */
  readonly outputDirectory: string;
}

/** Members of `cdktf.json` that are read here. */
interface ProjectFile {
  readonly app?: string;
  readonly output?: string;
  readonly projectId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

const projectFile = object<ProjectFile>({
  app: optional(text),
  output: optional(text),
  projectId: optional(text),
  context: optional(mapOf(plainData)),
});

/**
 * The project that a directory is in.
 *
 * @throws ProjectError `no-project`, `damaged-file`
 */
export function readProject(from: string): Project {
  const directory = findProjectDirectory(from);
  if (!existsSync(join(directory, "cdktf.json"))) throw noProject(from);
  const { app, output, context = {}, ...rest } = readProjectFile(directory);
  if (app === undefined) throw noProject(directory);
  return {
    directory,
    name: nameOf({ context, ...rest }),
    app,
    context,
    outputDirectory: resolve(directory, output ?? "cdktf.out"),
  };
}

/** What the project in a directory is called, whether or not it says how to run its app. */
export function projectName(directory: string): string {
  return nameOf(existsSync(join(directory, "cdktf.json")) ? readProjectFile(directory) : {});
}

/** The nearest directory upwards that holds a `cdktf.json`; the one it started from where there is none. */
export function findProjectDirectory(from: string): string {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, "cdktf.json"))) return directory;
    if (directory === dirname(directory)) return resolve(from);
  }
}

function readProjectFile(directory: string): ProjectFile {
  return readJsonFile(
    join(directory, "cdktf.json"),
    projectFile,
    "correct it, or restore it from version control",
  );
}

/** `project` in the context, for people; otherwise the id that `cdktf init` gives. */
function nameOf({ context, projectId }: ProjectFile): string {
  const name = context?.["project"];
  return typeof name === "string" && name !== "" ? name : (projectId ?? "unnamed");
}
