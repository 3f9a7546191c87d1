import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../project";
import { terminalText } from "../../text";
import { CLEARED_LINE } from "../screen";
import { takenApart, userLine } from "./appError";
import { appFailed, nothingSynthesised } from "./errors";

export interface RunAppOptions {
  readonly environment: string;
  readonly outputDirectory: string;
  /** Variables for the app, `OPTION_VARIABLES` of `lib/synth`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs the project's app, which writes its stacks to the output directory. What it prints goes to the terminal.
 *
 * @throws DeployError `app-failed` with the app's own words, `nothing-synthesised` where it wrote none
 */
export function runApp(project: Project, options: RunAppOptions): void {
  mkdirSync(options.outputDirectory, { recursive: true, mode: 0o700 });
  chmodSync(options.outputDirectory, 0o700);
  const isWritten = watchManifest(options.outputDirectory);
  const context = { ...project.context, environment: options.environment };
  const result = spawnSync(project.app, {
    cwd: project.directory,
    shell: true,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      CDKTF_OUTDIR: options.outputDirectory,
      CDKTF_CONTEXT_JSON: JSON.stringify(context),
      ...options.variables,
    },
  });
  if (result.error !== undefined) throw appFailed(project.app, result.error.message);
  if (result.status === 0) {
    sayOnTerminal(`${result.stdout}${result.stderr}`);
    if (!isWritten()) throw nothingSynthesised(project.app, options.outputDirectory);
    return;
  }
  const { said, error } = takenApart(result.stderr);
  sayOnTerminal(error === "" ? "" : `${result.stdout}${said}`);
  const how =
    result.signal === null ? `ended with exit code ${result.status}` : `was ended by ${result.signal}`;
  const silent = result.stdout.trim() === "" ? `the app ${how} and said nothing` : result.stdout;
  throw appFailed(project.app, error === "" ? silent : error, userLine(result.stderr, project.directory));
}

/** What the app itself printed, with `console.log` too: standard output is the command's own. */
function sayOnTerminal(said: string): void {
  if (said.trim() === "") return;
  if (process.stderr.isTTY) process.stderr.write(CLEARED_LINE);
  process.stderr.write(terminalText(said.endsWith("\n") ? said : `${said}\n`));
}

/**
 * Tells whether the app wrote its manifest, the last thing that `app.synth()` does, so that what an earlier run wrote
 * is never taken for this one's. Dated back rather than deleted: a run that fails leaves what was there.
 */
function watchManifest(outputDirectory: string): () => boolean {
  const manifest = join(outputDirectory, "manifest.json");
  if (existsSync(manifest)) utimesSync(manifest, 0, 0);
  return () => existsSync(manifest) && statSync(manifest).mtimeMs !== 0;
}
