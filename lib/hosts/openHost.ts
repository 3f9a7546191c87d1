import { HostError } from "./errors";
import type { HostFiles } from "./hostFiles";
import { LocalHost } from "./localHost";

/**
 * Opens the host that an address names: `local:<directory>`, a directory that mirrors the absolute
 * paths of a machine, relative to the working directory or absolute. `local:/` is this machine.
 */
export function openHost(address: string): HostFiles {
  const [, kind, rest = ""] = /^([a-z]+):(.*)$/s.exec(address) ?? [];
  if (kind !== "local") {
    throw new HostError(
      "host-address",
      `"${address}" is not a host address this version knows. Write local:<directory>; the directory mirrors the host's absolute paths, and local:/ is this machine.`,
    );
  }
  if (rest === "" || rest.includes("\0")) {
    throw new HostError(
      "host-address",
      `"${address}" names no directory. Write local:<directory>; local:/ is this machine.`,
    );
  }
  return new LocalHost(rest);
}
