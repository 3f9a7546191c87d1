import { posix, win32 } from "node:path";
import { formatSshAddress, parseSshAddress, requireConnection, requirePort } from "../hosts";
import type { HostConnection, HostPlan, HostPlatform } from "../model";
import { isPlainPath } from "../text";
import { controlCharacterInPath, notAbsolute, sudoOnWindows } from "./errors";
import { checkedHostId } from "./hostId";
import {
  type PropShapes,
  either,
  flag,
  made,
  number,
  optional,
  platform,
  requireArgument,
  requireProps,
  secretReference,
  text,
} from "./props";

/** A machine that holds files. */
export interface IHost {
  readonly hostId: string;
  readonly platform: HostPlatform;
  readonly plan: HostPlan;
}

export interface LocalHostOptions {
  /**
   * Directory that stands for the host's `/`, relative to the project's root; `/` is this machine itself.
   *
   * @default `.local/hosts/<host id>`
   */
  readonly root?: string;
  /** How paths are written there: `/opt/app`, or `C:\app`. @default "posix" */
  readonly platform?: HostPlatform;
}

export interface SshHostOptions extends Omit<HostConnection, "sudo"> {
  /** Name of the host within its stack, and of its folder among the artifacts. @default - the machine's name */
  readonly id?: string;
  /** Where its sshd listens. @default - what OpenSSH's configuration says, else 22 */
  readonly port?: number;
  /** Work as root through `sudo -n`, or as the user of this name. @default false */
  readonly sudo?: boolean | string;
  /** How paths are written there, and so how files are reached: through a shell, or on Windows through SFTP. @default "posix" */
  readonly platform?: HostPlatform;
}

export interface ManualHostOptions {
  /** How paths are written there, and whose commands the runbook has. @default "posix" */
  readonly platform?: HostPlatform;
}

export const hostProp = made<IHost>(
  'a host, for example this.environment.host("app")',
  "hostId",
  "platform",
  "plan",
);

const localShapes: PropShapes<LocalHostOptions> = { root: optional(text), platform: optional(platform) };

const sshShapes: PropShapes<SshHostOptions> = {
  id: optional(text),
  user: optional(text),
  port: optional(number),
  jump: optional(text),
  identity: optional(text),
  hostKey: optional(text),
  password: optional(secretReference),
  sudo: optional(either(flag, text)),
  platform: optional(platform),
};

const manualShapes: PropShapes<ManualHostOptions> = { platform: optional(platform) };

/** Factories of the hosts that can be declared. */
export const Host = {
  /** A directory of this machine that mirrors the absolute paths of the real one. */
  local(hostId: string, options: LocalHostOptions = {}): IHost {
    requireArgument("Host.local(…)", "hostId", text, hostId);
    requireProps(`Host.local("${hostId}")`, localShapes, options);
    const root = options.root ?? `.local/hosts/${hostId}`;
    return toHost({ kind: "local", id: hostId, root, platform: options.platform ?? "posix" });
  },

  /**
   * A machine that the system's OpenSSH client reaches: its configuration, agents and known hosts count.
   *
   * @param machine `host`, or `ssh://[user@]host[:port]`
   * @throws HostError `host-address` for what is none; DeclarationError `sudo-on-windows`
   */
  ssh(machine: string, options: SshHostOptions = {}): IHost {
    requireArgument("Host.ssh(…)", "machine", text, machine);
    requireProps(`Host.ssh("${machine}")`, sshShapes, options);
    const { id, port, sudo = false, platform = "posix", ...connection } = options;
    const { user, ...place } = parseSshAddress(machine);
    if (platform === "windows" && sudo !== false) throw sudoOnWindows(machine);
    const planned: HostConnection = {
      ...(user === undefined ? {} : { user }),
      ...connection,
      ...(sudo === false ? {} : { sudo: sudo === true ? "root" : sudo }),
    };
    requireConnection(planned);
    const address = formatSshAddress({
      ...place,
      ...(port === undefined ? {} : { port: requirePort(port) }),
    });
    return toHost({ kind: "ssh", id: id ?? place.host, platform, address, connection: planned });
  },

  /** A machine nobody may log in to: it gets a bundle with a runbook instead of a deploy. */
  manual(hostId: string, options: ManualHostOptions = {}): IHost {
    requireArgument("Host.manual(…)", "hostId", text, hostId);
    requireProps(`Host.manual("${hostId}")`, manualShapes, options);
    return toHost({ kind: "manual", id: hostId, platform: options.platform ?? "posix" });
  },
};

/** Works on paths as a host writes them, with its separators; as the functions of `node:path` of these names. */
export interface HostPaths {
  join(...parts: string[]): string;
  dirname(path: string): string;
  basename(path: string): string;
  normalize(path: string): string;
  isAbsolute(path: string): boolean;
  /** `name` is the last part without its extension. */
  parse(path: string): { readonly name: string };
}

/** The path functions of a host. */
export function pathsOf(host: IHost): HostPaths {
  return host.platform === "windows" ? win32 : posix;
}

/**
 * Insists that a path names the same file whatever the working directory.
 *
 * @throws DeclarationError `path-not-absolute`, `invalid-path` for line breaks and other control characters
 */
export function absolutePath(host: IHost, path: string): string {
  const paths = pathsOf(host);
  const rooted = host.platform === "windows" ? /^[A-Za-z]:[\\/]/.test(path) : paths.isAbsolute(path);
  if (!rooted) throw notAbsolute(path, host.hostId, host.platform);
  if (!isPlainPath(path)) throw controlCharacterInPath(path, host.hostId);
  return paths.normalize(path);
}

function toHost(plan: HostPlan): IHost {
  return { hostId: checkedHostId(plan.id), platform: plan.platform, plan };
}
