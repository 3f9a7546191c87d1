import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../project";
import { appFailed, nothingSynthesised } from "./errors";

export interface RunAppOptions {
  readonly environment: string;
  readonly outputDirectory: string;
  /** Variables for the app, `OPTION_VARIABLES` of `lib/synth`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Runs the project's app, which writes its stacks to the output directory.
 *
 * @returns what the app printed
 * @throws DeployError `app-failed` with the app's own words, `nothing-synthesised` where it wrote none
 */
export function runApp(project: Project, options: RunAppOptions): string {
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
  if (result.status !== 0) throw appFailed(project.app, messageOf(`${result.stderr}${result.stdout}`));
  if (!isWritten()) throw nothingSynthesised(project.app, options.outputDirectory);
  return `${result.stdout}${result.stderr}`;
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
