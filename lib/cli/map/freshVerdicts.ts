import { existsSync, statSync, utimesSync } from "node:fs";
import type { EnvironmentVerdicts } from "../../model";
import { readVerdicts, verdictsFile } from "../../project";
import type { DeployOptions } from "../deploy/synthesise";
import { synthesise } from "../deploy/synthesise";
import { DeployError } from "../deploy/errors";

/** What a synth found, whether or not it was refused. */
export interface FreshVerdicts {
  readonly found: EnvironmentVerdicts;
  /** Why the synth was refused. */
  readonly refusal?: DeployError;
}

/**
 * Synthesises, and reads what was found. A synth that is refused has judged all the same: its map says why.
 *
 * @throws DeployError where the app failed before anything was judged
 */
export async function freshVerdicts(options: DeployOptions): Promise<FreshVerdicts> {
  const file = verdictsFile(options.outputDirectory);
  // Dated back, so that what an earlier run found is never taken for this one's.
  if (existsSync(file)) utimesSync(file, 0, 0);
  try {
    await synthesise(options);
  } catch (error) {
    if (!(error instanceof DeployError) || error.code !== "app-failed" || !isFresh(file)) throw error;
    return { found: readVerdicts(file), refusal: error };
  }
  return { found: readVerdicts(file) };
}

function isFresh(file: string): boolean {
  return existsSync(file) && statSync(file).mtimeMs !== 0;
}
