import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentOf, readProject } from "../../project";
import { RUNBOOK_FILE, type WrittenRunbook } from "../../synth/artifacts/runbookFile";
import { OPTION_VARIABLES } from "../../synth/plan/environment";
import { selectStacks } from "../deploy/manifest";
import { readDeclared } from "../deploy/readDeclared";
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
 * The runbooks of the stacks of those names, all where none is named.
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
  const options = { project, environment, json: flags.json, variables: VARIABLES };
  return await readDeclared(io, options, (output) =>
    selectStacks(output, names).flatMap(({ name, workingDirectory }) => {
      const text = readFileSync(join(workingDirectory, RUNBOOK_FILE), "utf8");
      return (JSON.parse(text) as WrittenRunbook[]).map((runbook) => ({ stack: name, ...runbook }));
    }),
  );
}
