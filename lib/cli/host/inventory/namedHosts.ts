import { resolve } from "node:path";

import {
  createSecretResolver,
  type HostFiles,
  openHost,
  openPlannedHost,
  parseSshAddress,
  requireConnection,
} from "../../../hosts";
import { type HostConnection, type HostPlan, LOCAL_ENVIRONMENT } from "../../../model";
import { environmentOf, type Project, readProject } from "../../../project";
import { UsageError } from "../../errors";
import type { CliIo } from "../../io";

/** A host as a command line names it. */
export interface NamedHost {
  /** The id or the address, as given. */
  readonly name: string;
  readonly files: HostFiles;
}

/**
 * Opens the hosts that a command line names: addresses (`local:DIRECTORY`, `ssh://host`), and ids that `environments` in
 * `cdktf.json` declares. What the stacks declare is not asked for: an inventory comes before them.
 *
 * @throws UsageError for an id that is not declared, and for a machine that nobody logs in to; HostError
 */
export function namedHosts(
  io: CliIo,
  names: readonly string[],
  flags: { readonly environment?: string },
): NamedHost[] {
  return [...new Set(names)].map((name) => ({ name, files: opened(io, name, flags) }));
}

function opened(io: CliIo, name: string, flags: { readonly environment?: string }): HostFiles {
  if (name.startsWith("ssh://")) return openHost(name);
  if (name.startsWith("local:") && name !== "local:")
    return openHost(`local:${resolve(io.workingDirectory, name.slice("local:".length))}`);
  const project = readProject(io.workingDirectory);
  const { name: environment } = environmentOf((member) => project.context[member], flags.environment);
  const plan = declaredHost(project, environment, name);
  const resolveSecret = createSecretResolver({
    environment: io.environment,
    workingDirectory: project.directory,
  });
  const files = openPlannedHost(plan, { projectDirectory: project.directory, resolveSecret });
  if (files === undefined)
    throw new UsageError(
      `nobody may log in to "${name}" from here (manual): copy its files to a folder, and give that as local:DIRECTORY`,
    );
  return files;
}

/** As `environment.host(id)` of a stack has it. */
function declaredHost({ context }: Project, environment: string, id: string): HostPlan {
  const declared = memberOf(memberOf(memberOf(context["environments"], environment), "hosts"), id);
  if (declared === undefined && environment === LOCAL_ENVIRONMENT) return localHost(id, `.local/hosts/${id}`);
  if (declared === "local") return localHost(id, `.local/hosts/${id}`);
  if (typeof declared === "string") {
    if (declared.startsWith("local:")) return localHost(id, declared.slice("local:".length));
    if (declared.startsWith("ssh://")) return sshHost(id, declared, {});
    if (declared.startsWith("manual")) return { kind: "manual", id, platform: "posix" };
  }
  const address = memberOf(declared, "address");
  if (typeof address === "string") {
    const { address: _, sudo, ...settings } = declared as Record<string, string | boolean>;
    const becomes = sudo === true ? "root" : sudo;
    return sshHost(id, address, {
      ...settings,
      ...(typeof becomes === "string" ? { sudo: becomes } : {}),
    });
  }
  throw new UsageError(
    `"${id}" is no host of the environment ${environment}; give an id that environments.${environment}.hosts in cdktf.json declares, or an address: local:DIRECTORY, local:/ for this machine, ssh://[user@]host[:port]`,
  );
}

function localHost(id: string, root: string): HostPlan {
  return { kind: "local", id, platform: "posix", root };
}

function sshHost(id: string, address: string, connection: HostConnection): HostPlan {
  const { user } = parseSshAddress(address);
  requireConnection(connection);
  return {
    kind: "ssh",
    id,
    platform: "posix",
    address,
    connection: { ...(user === undefined ? {} : { user }), ...connection },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
