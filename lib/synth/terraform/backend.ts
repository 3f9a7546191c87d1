import { basename, dirname, join, relative } from "node:path";
import { mkdirSync } from "node:fs";
import { LocalBackend, TerraformBackend, type TerraformStack } from "cdktf";
import { moveFormerState, statePath, workingDirectoryOf } from "../../project";
import { backendWithoutNames } from "../errors";
import type { SynthEnvironment } from "../plan/environment";

/** By backend, the settings that say where its state is; other backends pass, because nobody here knows them. */
const PLACE_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  azurerm: ["storage_account_name", "container_name", "key"],
  cloud: ["organization", "workspaces"],
  consul: ["address", "path"],
  cos: ["bucket", "prefix", "key"],
  gcs: ["bucket", "prefix"],
  http: ["address"],
  local: ["path"],
  oss: ["bucket", "prefix", "key"],
  pg: ["schema_name"],
  remote: ["organization", "workspaces"],
  s3: ["bucket", "key"],
  swift: ["container", "state_name"],
};

/**
 * Gives a stack the backend of its environment unless it declares one; that one must name environment and stack.
 *
 * @throws SynthError `backend-without-names`; ProjectError where a state of before cannot be placed
 */
export function addBackend(
  stack: TerraformStack,
  outputDirectory: string,
  environment: SynthEnvironment,
): void {
  const name = stack.node.id;
  const declared = stack.node.findAll().find((construct) => TerraformBackend.isBackend(construct));
  if (declared !== undefined) {
    requireNames(declared, name, environment.name);
    return;
  }
  const { projectDirectory } = environment;
  const workingDirectory = workingDirectoryOf(outputDirectory, name);
  if (environment.isChosen(name)) {
    moveFormerState({
      projectDirectory,
      environment: environment.name,
      stack: name,
      workingDirectory,
      formerDirectories: formerOutputs(outputDirectory, environment.name).map((output) =>
        workingDirectoryOf(output, name),
      ),
      adopt: environment.adoptState,
    });
  }
  const state = join(projectDirectory, statePath(environment.name, name));
  mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
  // CDKTF's own default names an absolute path, which would differ in every clone.
  new LocalBackend(stack, { path: relative(workingDirectory, state).replaceAll("\\", "/") });
}

/** Where the app wrote before environments had output directories of their own. */
function formerOutputs(outputDirectory: string, environment: string): string[] {
  return basename(outputDirectory) === environment
    ? [dirname(outputDirectory), outputDirectory]
    : [outputDirectory];
}

function requireNames(backend: TerraformBackend, stack: string, environment: string): void {
  const { terraform } = backend.toTerraform() as { terraform?: { backend?: object; cloud?: object } };
  const [[type, settings] = ["", undefined]] = Object.entries(
    terraform?.cloud === undefined ? (terraform?.backend ?? {}) : { cloud: terraform.cloud },
  ) as [string, Readonly<Record<string, unknown>> | undefined][];
  const places = PLACE_SETTINGS[type];
  if (places === undefined || settings === undefined) return;
  const given = JSON.stringify(
    Object.fromEntries(places.flatMap((key) => (key in settings ? [[key, settings[key]]] : []))),
  );
  const missing = [environment, stack].filter((name) => !isWordOf(given, name));
  if (missing.length > 0) throw backendWithoutNames(stack, environment, { type, settings: places, missing });
}

/** Whether a name stands in a text by itself: `prod` in `states/prod/flow`, not in `reproduction`. */
function isWordOf(text: string, name: string): boolean {
  const literal = name.replaceAll(/[^A-Za-z0-9]/g, "\\$&");
  return new RegExp(`(^|[^A-Za-z0-9])${literal}($|[^A-Za-z0-9])`).test(text);
}
