import type { IConstruct } from "constructs";
import { parseSecretReference } from "../../hosts";
import { type LockSigner, parseSigners } from "../../lock";
import { LOCAL_ENVIRONMENT, type Policy, type SecretReference } from "../../model";
import { type Environment, environmentOf, findProjectDirectory, projectName } from "../../project";
import { unknownNullProvider } from "../errors";

/** Where `null_resource` comes from: the Terraform registry, or the copy that ships with the provider. */
export type NullProviderSource = "embedded" | "registry";

/** Variables by which `cdktf-trust` hands its options to the app it runs. */
export const OPTION_VARIABLES = {
  /** `1`: resolve no secret and write no artifact. */
  noArtifacts: "CDKTF_TRUST_NO_ARTIFACTS",
  /** `1`: write the plan and stop, for `lock --observe` to read. */
  planOnly: "CDKTF_TRUST_PLAN_ONLY",
  /** `1`: write the plan and the runbooks of all hosts, and stop. */
  runbooks: "CDKTF_TRUST_RUNBOOKS",
  /** `1`: a state that says of no environment that it is its own is this one's. */
  adoptState: "CDKTF_TRUST_ADOPT_STATE",
  /** JSON list of names: make artifacts, which takes secrets, for these stacks only; all where it is not set. */
  stacks: "CDKTF_TRUST_STACKS",
  /** JSON list of owners, `project/environment/stack`, whose things become the stacks' own. */
  takeOver: "CDKTF_TRUST_TAKE_OVER",
  /** `1`: a generation below the one that hosts remember is deployed all the same. */
  acceptOlderGenerations: "CDKTF_TRUST_ACCEPT_OLDER_GENERATIONS",
} as const;

/** Overrides `lockSigner`: public keys with commas between them. */
export const LOCK_SIGNER_VARIABLE = "CDKTF_TRUST_LOCK_SIGNER";

/** What synth is told besides the stacks' own code. */
export interface SynthEnvironment {
  readonly name: string;
  /** What the project is called. */
  readonly project: string;
  readonly projectDirectory: string;
  readonly nullProvider: NullProviderSource;
  readonly artifacts: boolean;
  /** Whether the lock refuses to take up new identities. */
  readonly frozen: boolean;
  /** Where the lock's key is found; absent for the environment's default. */
  readonly lockKey?: SecretReference;
  /** Who may have signed the lock; none where nobody is pinned yet. */
  readonly lockSigners: readonly LockSigner[];
  /** What the environment allows of its identities. @default - what each of them declares */
  readonly policy?: Policy;
  readonly planOnly: boolean;
  readonly runbooksOnly: boolean;
  readonly adoptState: boolean;
  /** Whether a stack is among those that the command is about; the others only give their plan. */
  readonly isChosen: (stack: string) => boolean;
  /** Owners whose things become the stacks' own in this run. */
  readonly takeOver: readonly string[];
  /** Whether a lock that was lost and made anew may begin below what hosts remember. */
  readonly acceptsOlderGenerations: boolean;
}

/**
 * Reads the context of `cdktf.json` and the options of the command that runs the app.
 *
 * @throws ProjectError for an environment that is not declared; SynthError for a null provider that is none
 */
export function synthEnvironment(
  scope: IConstruct,
  variables: NodeJS.ProcessEnv = process.env,
): SynthEnvironment {
  const context = (key: string): unknown => scope.node.tryGetContext(key);
  const environment = environmentOf(context);
  const nullProvider = context("nullProvider") ?? "embedded";
  if (nullProvider !== "embedded" && nullProvider !== "registry") throw unknownNullProvider(nullProvider);
  const projectDirectory = findProjectDirectory(process.cwd());
  return {
    name: environment.name,
    ...lockSettings(environment, variables),
    ...(environment.policy === undefined ? {} : { policy: environment.policy }),
    project: projectName(projectDirectory),
    projectDirectory,
    nullProvider,
    artifacts: variables[OPTION_VARIABLES.noArtifacts] !== "1",
    planOnly: variables[OPTION_VARIABLES.planOnly] === "1",
    runbooksOnly: variables[OPTION_VARIABLES.runbooks] === "1",
    adoptState: variables[OPTION_VARIABLES.adoptState] === "1",
    isChosen: chosenStacks(variables[OPTION_VARIABLES.stacks]),
    takeOver: listOf(variables[OPTION_VARIABLES.takeOver]) ?? [],
    acceptsOlderGenerations: variables[OPTION_VARIABLES.acceptOlderGenerations] === "1",
  };
}

function chosenStacks(list: string | undefined): (stack: string) => boolean {
  const names = listOf(list);
  return (stack) => names?.includes(stack) ?? true;
}

/** A JSON list of names; undefined where there is none. */
function listOf(variable: string | undefined): readonly string[] | undefined {
  if (variable === undefined) return undefined;
  const names: unknown = JSON.parse(variable);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/**
 * How an environment's lock is kept: frozen unless it says otherwise (`local` never is), where its key is, and
 * who may have signed it, which a protected variable of the pipeline may override.
 *
 * @throws LockError `invalid-lock-signer`
 */
export function lockSettings(
  { name, frozen, lockKey, lockSigner }: Environment,
  variables: NodeJS.ProcessEnv,
): Pick<SynthEnvironment, "frozen" | "lockKey" | "lockSigners"> {
  return {
    lockSigners: parseSigners(variables[LOCK_SIGNER_VARIABLE]?.split(",") ?? lockSigner),
    frozen: name !== LOCAL_ENVIRONMENT && frozen !== false,
    ...(lockKey === undefined ? {} : { lockKey: parseSecretReference(lockKey) }),
  };
}
