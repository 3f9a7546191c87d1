import { systemCode } from "../../model/systemCode";
import { clauseOf } from "../../model/trustError";
import { type ConnectionErrorCode, HostError } from "../errors";
import { ChannelClosed } from "./channel";
import type { RemoteService } from "./sshCommand";

const shownCharacters = 400;

/** What a machine or ssh said, on one line and without characters that do something to a terminal. */
export function plainWords(said: string): string {
  const line = said
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return line.length > shownCharacters ? `…${line.slice(-shownCharacters)}` : line;
}

/** No program to reach machines with. */
export function sshUnusable(reason: string): HostError {
  return new HostError(
    "host-unreachable",
    `${reason}. Machines are reached through OpenSSH's client: install it (apt-get install openssh-client), and see that "ssh -V" works. Nothing was changed.`,
  );
}

/** What is sought in the words of ssh and sudo, the first that is found counts. */
const SAID: readonly (readonly [RegExp, ConnectionErrorCode, (place: Place) => string])[] = [
  [
    /IDENTIFICATION HAS CHANGED/i,
    "host-key-changed",
    ({ host, port = 22, isPinned }) =>
      isPinned
        ? "shows another key than the one that is pinned. Find out why: a new installation, or somebody in between. If it is right, pin the new key."
        : `shows another key than known_hosts has. Find out why: a new installation, or somebody in between. If it is right, run ssh-keygen -R ${port === 22 ? host : `"[${host}]:${port}"`} and add the new key.`,
  ],
  [
    /host key is known|Host key verification failed/i,
    "host-key-unknown",
    ({ host, port, isPinned }) =>
      isPinned
        ? "does not have the key that is pinned, or a machine on the way has a key that is not known. Compare it with the machine's own /etc/ssh/ssh_host_*_key.pub."
        : `has a key that is not known here. Compare it with the machine's own (ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub), then pin it with hostKey, or add it: ssh-keyscan${port === undefined ? "" : ` -p ${port}`} ${host} >> ~/.ssh/known_hosts.`,
  ],
  [
    /sudo: .*(password is required|must have a tty|terminal is required|not allowed|unknown user)|may not run|not in the sudoers|sudo: .*not found|sudo: not found|sudo: (command )?not found/i,
    "sudo-refused",
    ({ user }) =>
      `lets this user run no shell through sudo without a password. Add a rule to the sudoers there: ${user ?? "USER"} ALL=(root) NOPASSWD: /bin/sh, and no requiretty for it; or declare no sudo.`,
  ],
  [
    /Permission denied|Too many authentication failures|authentication methods available/i,
    "host-auth",
    () =>
      "accepts none of the keys that were offered. Name the user and the identity, load the key into the agent, or give a password by reference; a key under a passphrase needs one of both.",
  ],
  [
    /Could not resolve|Name or service not known|Connection refused|timed out|No route to host|unreachable|Connection closed|Connection reset|kex_exchange_identification|Unable to negotiate|banner/i,
    "host-unreachable",
    () => "was not reached. Check its address, the way to it (jump) and that its sshd runs.",
  ],
];

interface Place {
  readonly address: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly isPinned: boolean;
}

/** What did not show up at the other end: why, as far as its words tell. */
export function notReached(
  place: Place,
  { said, reason, exitCode }: ChannelClosed,
  service: RemoteService,
): HostError {
  const words = plainWords(said);
  if (/^spawn .*ENOENT/.test(words))
    return sshUnusable(`${place.address}: there is no program ssh on the PATH`);
  const found = SAID.find(([pattern]) => pattern.test(said));
  if (found !== undefined) {
    const [, code, what] = found;
    return new HostError(code, `${place.address} ${what(place)} It said: "${words}". Nothing was changed.`);
  }
  if (reason === "deadline" || (exitCode === 255 && words === "")) {
    return new HostError(
      "host-unreachable",
      `${place.address} was not reached: nothing came back${words === "" ? "" : ` but: ${words}`}. Check its address and that its sshd runs. Nothing was changed.`,
    );
  }
  return new HostError(
    "host-shell",
    `${place.address} gives no ${MISSING[service.kind]} It said ${words === "" ? "nothing" : `"${words}"`} (exit code ${exitCode}). Nothing was changed.`,
  );
}

/** What the machine does not give, and what to do. */
const MISSING: Readonly<Record<RemoteService["kind"], string>> = {
  command:
    "POSIX shell. Let the user have one there: no nologin, no forced command but one that runs what it is asked for, no login script that reads its input or ends. On a machine of Windows write paths as it does, C:\\…: they are reached through SFTP.",
  subsystem:
    "SFTP, through which paths of Windows are reached. Let its sshd_config have the line Subsystem sftp sftp-server.exe, and no forced command for this user. On other machines write paths as they do, /….",
  forward:
    "way to its ports. Let its sshd_config have AllowTcpForwarding for this user, and no forced command.",
};

/** A connection that was there and ended while something was asked. */
export function connectionLost(address: string, { said }: ChannelClosed, what: string): HostError {
  const words = plainWords(said);
  return new HostError(
    "connection-lost",
    `${address}: the connection ended (${what})${words === "" ? "" : `: ${words}`}. Run again when the machine can be reached.`,
  );
}

/** A connection that ended while a file was put into its place or removed, and what became of it cannot be told. */
export function outcomeUnknown(
  address: string,
  path: string,
  step: "replaced" | "removed",
  cause: unknown,
): HostError {
  const why = clauseOf(cause instanceof Error ? cause.message : String(cause));
  const either =
    step === "replaced"
      ? "The old file or the new one is there, never anything between."
      : "It is there as it was, or it is gone.";
  return new HostError(
    "outcome-unknown",
    `${address}: the connection ended while ${path} was ${step}, and the machine could not be asked what became of it: ${why}. ${either} Run again when the machine can be reached: it looks first.`,
    { cause },
  );
}

/** The system's name for what a tool said, where it is one that we know. */
export function systemNameOf(said: string): string | undefined {
  return TOOLS.find(([pattern]) => pattern.test(said))?.[1];
}

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/i, "ENOSPC"],
  [/quota/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Operation not permitted/i, "EPERM"],
  [/Permission denied|cannot create.*denied/i, "EACCES"],
  [/Not a directory/i, "ENOTDIR"],
  [/Is a directory/i, "EISDIR"],
  [/Too many levels of symbolic links/i, "ELOOP"],
  [/No such file or directory|nonexistent/i, "ENOENT"],
];

/** A failure at the other end, in the form that the system's own errors have here. */
export class RemoteFailure extends Error {
  constructor(
    readonly code: string,
    said: string,
  ) {
    super(plainWords(said) || code);
    this.name = "RemoteFailure";
  }
}

export function isRemote(error: unknown, code: string): boolean {
  return error instanceof RemoteFailure && systemCode(error) === code;
}
