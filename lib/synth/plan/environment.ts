import type { IConstruct } from "constructs";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseSecretReference } from "../../hosts";
import { LOCAL_ENVIRONMENT } from "../../lock";
import type { SecretReference } from "../../model";
import { unknownEnvironment, unknownNullProvider } from "../errors";

/** Where `null_resource` comes from: the Terraform registry, or the copy that ships with the provider. */
export type NullProviderSource = "embedded" | "registry";

/** Variables by which `cdktf-trust` hands its options to the app it runs. */
export const OPTION_VARIABLES = {
  /** `1`: resolve no secret and write no artifact. */
  noArtifacts: "CDKTF_TRUST_NO_ARTIFACTS",
  /** `1`: write the plan and stop, for `lock --observe` to read. */
  planOnly: "CDKTF_TRUST_PLAN_ONLY",
} as const;

/** What synth is told besides the stacks' own code. */
export interface SynthEnvironment {
  readonly name: string;
  readonly projectDirectory: string;
  readonly nullProvider: NullProviderSource;
  readonly artifacts: boolean;
  /** Whether the lock refuses to take up new identities. */
  readonly frozen: boolean;
  /** Where the lock's key is found; absent for the environment's default. */
  readonly lockKey?: SecretReference;
  readonly planOnly: boolean;
}

/**
 * Reads the context of `cdktf.json` and the options of the command that runs the app.
 *
 * @throws SynthError for an environment or null provider that is none
 */
export function synthEnvironment(
  scope: IConstruct,
  variables: NodeJS.ProcessEnv = process.env,
): SynthEnvironment {
  const name: unknown = scope.node.tryGetContext("environment") ?? LOCAL_ENVIRONMENT;
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9-]*$/i.test(name)) throw unknownEnvironment(name);
  const nullProvider: unknown = scope.node.tryGetContext("nullProvider") ?? "embedded";
  if (nullProvider !== "embedded" && nullProvider !== "registry") throw unknownNullProvider(nullProvider);
  const settings = environmentSettings(scope.node.tryGetContext("environments"), name);
  return {
    name,
    ...settings,
    projectDirectory: findProjectDirectory(process.cwd()),
    nullProvider,
    artifacts: variables[OPTION_VARIABLES.noArtifacts] !== "1",
    planOnly: variables[OPTION_VARIABLES.planOnly] === "1",
  };
}

/** `environments.<name>` of the context: `frozen` (default true; `local` never is) and `lockKey`. */
export function environmentSettings(
  environments: unknown,
  name: string,
): Pick<SynthEnvironment, "frozen" | "lockKey"> {
  const settings = isRecord(environments) ? environments[name] : undefined;
  const { frozen, lockKey } = isRecord(settings) ? settings : {};
  return {
    frozen: name !== LOCAL_ENVIRONMENT && frozen !== false,
    ...(typeof lockKey === "string" ? { lockKey: parseSecretReference(lockKey) } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The nearest directory upwards that holds a `cdktf.json`; the one it started from where there is none. */
export function findProjectDirectory(from: string): string {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (existsSync(join(directory, "cdktf.json"))) return directory;
    if (directory === dirname(directory)) return resolve(from);
  }
}
