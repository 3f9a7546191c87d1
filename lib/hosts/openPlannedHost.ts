import { isAbsolute, posix } from "node:path";

import type { HostPlan } from "../model/host";
import { hostAddress } from "../model/hostAddress";
import type { HostConnection } from "../model/hostConnection";
import type { SecretReference } from "../model/secretReference";
import type { HostFiles } from "./hostFiles";
import { openHost } from "./openHost";

/** What the plan leaves to where it is used. */
export interface PlannedHostOptions {
  /** What roots of local hosts and files of identities are relative to. */
  readonly projectDirectory: string;
  readonly resolveSecret?: (reference: SecretReference) => string;
}

/** Opens a host as a plan declares it; undefined for one that nobody here may log in to. */
export function openPlannedHost(host: HostPlan, options: PlannedHostOptions): HostFiles | undefined {
  const address = hostAddress(host, options.projectDirectory);
  if (address === undefined) return undefined;
  return openHost(address, host.kind === "ssh" ? sshOptions(host.connection, options) : {});
}

/** What `openHost` needs of a connection; the file of its identity is relative to the project. */
export function sshOptions(
  connection: HostConnection,
  { projectDirectory, resolveSecret }: PlannedHostOptions,
): {
  readonly connection: HostConnection;
  readonly resolveSecret?: (reference: SecretReference) => string;
} {
  const { identity } = connection;
  const isHere = identity !== undefined && !isAbsolute(identity) && !identity.startsWith("~");
  return {
    connection: isHere ? { ...connection, identity: posix.join(projectDirectory, identity) } : connection,
    ...(resolveSecret === undefined ? {} : { resolveSecret }),
  };
}
