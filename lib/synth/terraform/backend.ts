import { join, relative } from "node:path";
import { LocalBackend, TerraformBackend, type TerraformStack } from "cdktf";
import { statePath } from "../../project";
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
 * @param workingDirectory Terraform's, which the path of the state starts at
 * @returns whether its state is a file of the environment
 * @throws SynthError `backend-without-names`
 */
export function addBackend(
  stack: TerraformStack,
  workingDirectory: string,
  environment: Pick<SynthEnvironment, "name" | "projectDirectory">,
): boolean {
  const name = stack.node.id;
  const declared = stack.node.findAll().find((construct) => TerraformBackend.isBackend(construct));
  if (declared !== undefined) {
    if (made.has(declared)) return true;
    requireNames(declared, name, environment.name);
    return false;
  }
  const state = join(environment.projectDirectory, statePath(environment.name, name));
  // CDKTF's own default names an absolute path, which would differ in every clone.
  const backend = new LocalBackend(stack, { path: relative(workingDirectory, state).replaceAll("\\", "/") });
  made.add(backend);
  return true;
}

/** Those that nobody declared. */
const made = new WeakSet<TerraformBackend>();

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
