import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { optional, ProviderError, required, type StateOf } from "./protocol";

const passwordChangeAttributes = {
  host: required.string("Address of the host, as in `host` of the store's resources."),
  path: required.string("Absolute path of the store, as in `path` of its resources."),
  from: required.string("Where the former password is found; needed until the store is under the new one."),
  to: required.string("Where the new password is found, as in `password` of the store's resources."),
};

/** A store that gets another password. */
export type PasswordChange = StateOf<typeof passwordChangeAttributes>;

/** Attributes of the provider block. */
export const providerAttributes = {
  project_directory: optional.string(
    "Directory that `local:` hosts, `file:` secrets and `cmd:` secrets are relative to; an `artifact` is relative to " +
      "Terraform's working directory. Default: that one.",
  ),
  owner: optional.string(
    "Whose the declared things are, `project/environment/stack`; recorded on the hosts. A change of it alone is " +
      "no change. Default: Terraform's working directory and workspace.",
  ),
  take_over: optional.listOfStrings(
    "Owners whose things become this configuration's where it declares the same, for example after a lost state.",
  ),
  older_generations: optional.string(
    "What becomes of a generation below the one that was delivered before: `refuse`, or `accept` it, for a lock that " +
      "was lost and made anew. Default: `refuse`.",
  ),
  password_changes: optional.listOf(
    passwordChangeAttributes,
    "Stores that get another password. The first write to one that opens with the former password alone puts the store, " +
      "the keys that the former one opens, and what was displaced from it under the new one. Default: none.",
  ),
};

/** What the provider block says, or what holds without one. */
export interface ProviderConfiguration {
  /** Absolute. */
  readonly projectDirectory: string;
  readonly owner: string;
  readonly takeOver: readonly string[];
  readonly acceptsOlderGenerations: boolean;
  readonly passwordChanges: readonly PasswordChange[];
}

let configuration: ProviderConfiguration | undefined;

/**
 * Takes what the provider block says; it holds for this process.
 *
 * @throws ProviderError `provider-block`
 */
export function configure(block: StateOf<typeof providerAttributes>): void {
  const older = block.older_generations ?? "refuse";
  if (older !== "refuse" && older !== "accept") {
    throw new ProviderError(
      "provider-block",
      `older_generations is "${older}". Write "refuse", which is the default, or "accept".`,
    );
  }
  configuration = {
    projectDirectory: resolve(block.project_directory ?? "."),
    owner: block.owner ?? defaultOwner(process.cwd(), process.env),
    takeOver: block.take_over ?? [],
    acceptsOlderGenerations: older === "accept",
    passwordChanges: block.password_changes ?? [],
  };
}

/** What holds for this process. */
export function providerConfiguration(): ProviderConfiguration {
  configuration ??= {
    projectDirectory: process.cwd(),
    owner: defaultOwner(process.cwd(), process.env),
    takeOver: [],
    acceptsOlderGenerations: false,
    passwordChanges: [],
  };
  return configuration;
}

/** The address of a declared host, independent of where this process stands. */
export function hostAddress(declared: string): string {
  const directory = /^local:(.+)$/s.exec(declared)?.[1];
  return directory === undefined
    ? declared
    : `local:${resolve(providerConfiguration().projectDirectory, directory)}`;
}

/** The owner where none is declared: Terraform's working directory, and the workspace if it has a name. */
export function defaultOwner(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const workspace = environment["TF_WORKSPACE"] || selectedWorkspace(directory, environment["TF_DATA_DIR"]);
  return workspace === "default" ? directory : `${directory}#${workspace}`;
}

/**
 * What a state of version 0 calls a place, in words relative to the project directory; states of that version
 * were written relative to Terraform's working directory.
 */
export function relocate(reference: string): string {
  const { projectDirectory } = providerConfiguration();
  if (projectDirectory === process.cwd()) return reference;
  const [, kind, path] = /^(local|file):(.*)$/s.exec(reference) ?? [];
  if (kind !== undefined && path !== undefined) return `${kind}:${inProject(projectDirectory, path)}`;
  const [, directory = "", command] = /^cmd:cd "([^"]*)" && (.*)$/s.exec(reference) ?? [];
  return command !== undefined && resolve(directory) === projectDirectory ? `cmd:${command}` : reference;
}

function inProject(projectDirectory: string, path: string): string {
  if (path.startsWith(sep)) return path;
  const inside = relative(projectDirectory, resolve(path));
  return inside === ".." || inside.startsWith(`..${sep}`) ? resolve(path) : inside === "" ? "." : inside;
}

function selectedWorkspace(directory: string, dataDirectory = ".terraform"): string {
  try {
    return readFileSync(resolve(directory, dataDirectory, "environment"), "utf8").trim() || "default";
  } catch {
    return "default";
  }
}
