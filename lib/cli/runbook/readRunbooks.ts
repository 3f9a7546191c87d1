import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentOf, readProject } from "../../project";
import { RUNBOOK_FILE, type WrittenRunbook } from "../../synth/artifacts/runbookFile";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import { runApp } from "../deploy/app";
import { readStacks, selectStacks } from "../deploy/manifest";
import { progressOn, silently } from "../deploy/progress";
import type { CliIo } from "../io";

/** A host's runbook in one stack. */
export interface StackRunbook extends WrittenRunbook {
  readonly stack: string;
}

/** No secret is asked for, no host is looked at, and nothing is issued. */
const VARIABLES = {
  [OPTION_VARIABLES.runbooks]: "1",
  [OPTION_VARIABLES.noArtifacts]: "1",
  [OPTION_VARIABLES.stacks]: "[]",
};

/**
 * The runbooks of the stacks of those names, all where none is named. The app writes to a folder of its own, so that what
 * was synthesised before stays as it is.
 *
 * @throws DeployError `unknown-stack`, `app-failed`
 */
export async function readRunbooks(
  io: CliIo,
  names: readonly string[],
  flags: { readonly environment?: string; readonly json: boolean },
): Promise<StackRunbook[]> {
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], flags.environment);
  const outputDirectory = mkdtempSync(join(tmpdir(), "cdktf-trust-runbook-"));
  const progress = flags.json ? silently : progressOn(io);
  try {
    return await progress("read what the stacks declare", () => {
      runApp(project, { environment, outputDirectory, variables: VARIABLES });
      const output = readStacks(outputDirectory, { project: project.name, environment });
      return selectStacks(output, names).flatMap(({ name, workingDirectory }) => {
        const text = readFileSync(join(workingDirectory, RUNBOOK_FILE), "utf8");
        return (JSON.parse(text) as WrittenRunbook[]).map((runbook) => ({ stack: name, ...runbook }));
      });
    });
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}
