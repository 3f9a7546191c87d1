import { HostError } from "../errors";
import type { HostConnection } from "../../model/hostConnection";
import { parseJump, requirePlainUser, type SshAddress } from "./sshAddress";
import { shellWord } from "./shellWord";

/** A program to start, and what has to be in its private folder before. */
export interface SshCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Files of its folder, by name. */
  readonly files: Readonly<Record<string, { readonly content: string; readonly mode: number }>>;
  /** Name of the pipe in its folder that a password waits in; absent where none is asked for. */
  readonly passwordPipe?: string;
}

/** The name under which a pinned key is known in its own file. */
const PINNED = "cdktf-trust-pinned";
const CONNECT_SECONDS = 10;

/**
 * What a user's configuration of OpenSSH cannot change: nothing is asked, no connection is shared, a host's key is
 * known before, and nothing but our command runs. All else is the user's: keys, agents, certificates, jumps.
 */
function fixedOptions(asksPassword: boolean, logLevel: string): readonly string[] {
  return [
    "IgnoreUnknown=SessionType,StdinNull,ForkAfterAuthentication",
    // Batch mode asks nothing at all, not even through a program.
    ...(asksPassword ? ["BatchMode=no", "NumberOfPasswordPrompts=1"] : ["BatchMode=yes"]),
    "StrictHostKeyChecking=yes",
    "UpdateHostKeys=no",
    "NoHostAuthenticationForLocalhost=no",
    "VerifyHostKeyDNS=no",
    "ControlMaster=no",
    "ControlPath=none",
    "ControlPersist=no",
    "RemoteCommand=none",
    "RequestTTY=no",
    "PermitLocalCommand=no",
    "ClearAllForwardings=yes",
    "EscapeChar=none",
    "VisualHostKey=no",
    "SessionType=default",
    "StdinNull=no",
    "ForkAfterAuthentication=no",
    `ConnectTimeout=${CONNECT_SECONDS}`,
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
    `LogLevel=${logLevel}`,
  ];
}

/** What a connection is for: a line that the machine's login shell runs, or a TCP end that is reached from there. */
export type SshPurpose = { readonly remoteCommand: string } | { readonly forwardTo: string };

export interface SshCommandOptions {
  readonly purpose: SshPurpose;
  /** Folder for private files; absolute, no other user may look into it. */
  readonly folder: string;
  /** @default "ssh" */
  readonly program?: string;
  /** What OpenSSH says: errors, more where that was nothing, or that a TCP end was reached. @default "ERROR" */
  readonly logLevel?: "ERROR" | "INFO" | "DEBUG2";
}

/**
 * The command that reaches a machine.
 *
 * @throws HostError `host-address` for users, ports, jumps and keys that are none
 */
export function sshCommand(
  address: SshAddress,
  connection: HostConnection,
  options: SshCommandOptions,
): SshCommand {
  const { folder, program = "ssh", purpose, logLevel = "ERROR" } = options;
  const asksPassword = connection.password !== undefined;
  const pin = connection.hostKey === undefined ? undefined : pinnedKey(connection.hostKey);
  const jumps = connection.jump === undefined ? [] : parseJump(connection.jump);
  const words = [
    "-T",
    "-a",
    "-x",
    ...asOptions([
      ...fixedOptions(asksPassword, logLevel),
      ...(pin === undefined ? [] : pinOptions(`${folder}/known_hosts`)),
      ...(jumps.length === 0 ? [] : [`ProxyCommand=${proxyCommand(program, jumps, connection)}`]),
    ]),
    ...identityWords(connection),
    ...("forwardTo" in purpose ? ["-W", purpose.forwardTo] : []),
    ...placeWords({
      ...address,
      ...(connection.user === undefined ? {} : { user: requirePlainUser(connection.user) }),
    }),
    ...("remoteCommand" in purpose ? [purpose.remoteCommand] : []),
  ];
  return {
    program,
    arguments: words,
    environment: asksPassword ? { SSH_ASKPASS: `${folder}/askpass`, SSH_ASKPASS_REQUIRE: "force" } : {},
    files: {
      ...(pin === undefined ? {} : { known_hosts: { content: `${PINNED} ${pin}\n`, mode: 0o600 } }),
      ...(asksPassword ? { askpass: { content: askpass(`${folder}/password`), mode: 0o700 } } : {}),
    },
    ...(asksPassword ? { passwordPipe: "password" } : {}),
  };
}

/**
 * The key of a pin: type and key, without a comment.
 *
 * @throws HostError `host-address`
 */
export function pinnedKey(text: string): string {
  const [, type = "", key = ""] =
    /^\s*((?:ssh|ecdsa|sk)-[\w@.-]+)\s+([A-Za-z0-9+/]{40,}={0,3})(?:\s.*)?$/.exec(text) ?? [];
  if (key === "") {
    throw new HostError(
      "host-address",
      `${JSON.stringify(text.slice(0, 60))} is not the key of a machine. Write a line of one of its files /etc/ssh/ssh_host_*_key.pub: ssh-ed25519 AAAA…`,
    );
  }
  return `${type} ${key}`;
}

function pinOptions(file: string): string[] {
  return [
    `HostKeyAlias=${PINNED}`,
    `UserKnownHostsFile="${file.replaceAll("%", "%%")}"`,
    "GlobalKnownHostsFile=/dev/null",
    "KnownHostsCommand=none",
  ];
}

/** `-J` would pass on neither options nor identity. */
function proxyCommand(program: string, jumps: readonly SshAddress[], connection: HostConnection): string {
  const through = jumps.slice(0, -1);
  const words = [
    program,
    "-T",
    "-a",
    "-x",
    ...asOptions([
      ...fixedOptions(false, "ERROR").filter((option) => !option.startsWith("ClearAllForwardings")),
      ...(through.length === 0
        ? []
        : [`ProxyCommand=${proxyCommand(program, through, connection).replaceAll("%", "%%")}`]),
    ]),
    ...identityWords(connection).map((word) => word.replaceAll("%", "%%")),
    "-W",
    "[%h]:%p",
    ...jumps.slice(-1).flatMap(placeWords),
  ];
  return words.map(shellWord).join(" ");
}

/**
 * The public key as identity is enough: it picks one of an agent's keys. Not `-i`, which looks for the file before
 * percent signs are taken for what they are.
 */
function identityWords({ identity }: HostConnection): string[] {
  if (identity === undefined) return [];
  if (/["\r\n\0]/.test(identity)) {
    throw new HostError(
      "host-address",
      `${JSON.stringify(identity)} cannot be the file of an identity: OpenSSH takes no quotation marks and line ends in its name.`,
    );
  }
  return asOptions(["IdentitiesOnly=yes", `IdentityFile="${identity.replaceAll("%", "%%")}"`]);
}

function placeWords({ host, user, port }: SshAddress): string[] {
  return [
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(user === undefined ? [] : ["-l", user]),
    "--",
    host,
  ];
}

function asOptions(options: readonly string[]): string[] {
  return options.flatMap((option) => ["-o", option]);
}

/** Answers the one question for a secret, once: after a wrong answer OpenSSH asks for another one. */
function askpass(pipe: string): string {
  return `#!/bin/sh
pipe=${shellWord(pipe)}
case $1 in *assword:*|*assphrase*) ;; *) exit 1 ;; esac
[ -p "$pipe" ] && IFS= read -r secret <"$pipe" && rm -f "$pipe" && printf '%s\\n' "$secret"
`;
}
