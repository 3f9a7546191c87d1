import { isAbsolute, posix } from "node:path";
import type { HostPlan } from "./host";

/**
 * The address under which a host's files are opened (`openHost` of `lib/hosts`), for example `local:hosts/ispw` or
 * `ssh://ispw.example.com`;
 * undefined for a host that nobody here may log in to.
 *
 * @param projectDirectory what the root of a local host is relative to
 */
export function hostAddress(host: HostPlan, projectDirectory: string): string | undefined {
  switch (host.kind) {
    case "local":
      return directoryAddress(host.root, projectDirectory);
    case "ssh":
      return host.address;
    case "manual":
    case "outside":
      return undefined;
    default:
      return host satisfies never;
  }
}

/** Whether a deploy puts what is declared on a host itself; on others, people do. */
export function isDeployedHost(host: HostPlan): boolean {
  return hostAddress(host, ".") !== undefined;
}

/** The address of a directory that mirrors the absolute paths of a machine. */
export function directoryAddress(directory: string, projectDirectory: string): string {
  return `local:${isAbsolute(directory) ? directory : posix.join(projectDirectory, directory)}`;
}

/** Whether a folder stands for the machine, so that none of its programs is there; `local:/` is this machine. */
export function isFolder(host: HostPlan): boolean {
  return host.kind === "local" && host.root !== "/";
}
