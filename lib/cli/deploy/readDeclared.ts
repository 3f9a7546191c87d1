import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../../project";
import type { CliIo } from "../io";
import { runApp } from "./app";
import { type Output, readStacks } from "./manifest";
import { progressOn, silently } from "./progress";

export interface ReadDeclaredOptions {
  readonly project: Project;
  readonly environment: string;
  readonly json: boolean;
  /** For the app, `OPTION_VARIABLES` of `lib/synth`. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * What the app declares. It writes to a folder of its own, so that what was synthesised before stays as it is.
 *
 * @param read takes what is needed; the folder is gone afterwards
 * @throws DeployError `app-failed`, `nothing-synthesised`
 */
export async function readDeclared<T>(
  io: CliIo,
  { project, environment, json, variables }: ReadDeclaredOptions,
  read: (output: Output) => T,
): Promise<T> {
  const outputDirectory = mkdtempSync(join(tmpdir(), "cdktf-trust-declared-"));
  const progress = json ? silently : progressOn(io);
  try {
    return await progress("read what the stacks declare", () => {
      runApp(project, { environment, outputDirectory, variables });
      return read(readStacks(outputDirectory, { project: project.name, environment }));
    });
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}
