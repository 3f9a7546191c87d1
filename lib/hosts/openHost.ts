import { HostError } from "./errors";
import type { HostFiles } from "./hostFiles";
import { LocalHost } from "./localHost";
import { openSshHost, parseSshAddress, type SshOptions } from "./ssh";

/**
 * Opens the host that an address names:
 *
 * - `local:<directory>`, a directory that mirrors the absolute paths of a machine, relative to the working
 *   directory or absolute. `local:/` is this machine.
 * - `ssh://[user@]host[:port]`, a machine that OpenSSH's client reaches; it is connected to when it is first asked.
 *
 * @throws HostError `host-address`
 */
export function openHost(address: string, options: SshOptions = {}): HostFiles {
  if (address.startsWith("ssh://")) return openSshHost(parseSshAddress(address), options);
  const [, kind, rest = ""] = /^([a-z]+):(.*)$/s.exec(address) ?? [];
  if (kind !== "local") {
    throw new HostError(
      "host-address",
      `"${address}" is not a host address this version knows. Write ssh://[user@]host[:port]; or local:<directory>, which mirrors the host's absolute paths, where local:/ is this machine.`,
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
