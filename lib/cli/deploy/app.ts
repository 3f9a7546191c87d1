import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { appFailed, noProject } from "./errors";

/** A CDKTF project, as its `cdktf.json` describes it. */
export interface Project {
  readonly directory: string;
  /** Shell command that synthesises the stacks. */
  readonly app: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly outputDirectory: string;
}

export interface RunAppOptions {
  /** @default - the context's */
  readonly environment?: string;
  /** Variables for the app, `OPTION_VARIABLES` of `lib/synth`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** @throws DeployError `no-project` */
export function readProject(from: string): Project {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const file = join(directory, "cdktf.json");
    if (existsSync(file)) return parseProject(directory, readFileSync(file, "utf8"));
    if (directory === dirname(directory)) throw noProject(from);
  }
}

/** The environment that a command works on: what it was told, or what the project's context says. */
export function environmentOf(project: Project, environment?: string): string {
  const name = environment ?? project.context["environment"];
  return typeof name === "string" ? name : "local";
}

/**
 * Runs the project's app, which writes its stacks to the output directory.
 *
 * @returns what the app printed
 * @throws DeployError `app-failed` with the app's own words
 */
export function runApp(project: Project, options: RunAppOptions = {}): string {
  mkdirSync(project.outputDirectory, { recursive: true });
  const context = { ...project.context, environment: environmentOf(project, options.environment) };
  const result = spawnSync(project.app, {
    cwd: project.directory,
    shell: true,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CDKTF_OUTDIR: project.outputDirectory,
      CDKTF_CONTEXT_JSON: JSON.stringify(context),
      ...options.variables,
    },
  });
  if (result.status !== 0) throw appFailed(project.app, messageOf(`${result.stderr}${result.stdout}`));
  return `${result.stdout}${result.stderr}`;
}

/** The app's error without the stack trace that a runtime prints around it. */
function messageOf(output: string): string {
  const lines = output
    .split("\n")
    .filter(
      (line) =>
        !/^\s+(at .*(\(.*\)|:\d+)( \{)?|\.\.\. \d+ lines matching cause stack trace \.\.\.)$/.test(line) &&
        !line.startsWith("Node.js v"),
    );
  const start = lines.findIndex((line) => /^\w*(Error)?( \[[^\]]+\])?: /.test(line));
  // The name of an error of ours says nothing to the caller.
  const message = (start === -1 ? lines : lines.slice(start)).join("\n").replace(/^\w+ \[TrustError\]: /, "");
  return message.replace(/\n\s*(\{|code: ')[\s\S]*$/, "");
}

function parseProject(directory: string, text: string): Project {
  const parsed: unknown = JSON.parse(text);
  const settings = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const { app, context, output } = settings;
  if (typeof app !== "string") throw noProject(directory);
  return {
    directory,
    app,
    context: typeof context === "object" && context !== null ? (context as Record<string, unknown>) : {},
    outputDirectory: resolve(directory, typeof output === "string" ? output : "cdktf.out"),
  };
}
