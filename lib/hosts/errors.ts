import { systemCode } from "../model/systemCode";
import { TrustError } from "../model/trustError";

/** A secret reference that cannot be read or resolved; names the reference, never the value. */
export class SecretError extends TrustError {
  constructor(code: SecretErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.name = "SecretError";
  }
}

export type SecretErrorCode = "secret-literal" | "secret-missing" | "secret-empty" | "secret-command";

/** A host, or a file on it, that cannot be used; nothing was changed where one is thrown, `outcome-unknown` excepted. */
export class HostError extends TrustError {
  constructor(code: HostErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
    this.name = "HostError";
  }
}

export type HostErrorCode =
  | "host-address"
  | "path-not-absolute"
  | "path-outside-host"
  | "path-ambiguous"
  | "path-unusable"
  | "link-loop"
  | "companion-link"
  | "parent-missing"
  | "is-directory"
  | "not-a-file"
  | "not-a-directory"
  | "file-too-large"
  | "permission-denied"
  | "read-only"
  | "no-space"
  | "owner-lost"
  | "file-failed"
  | "locked"
  | "lock-lost"
  | "file-mode"
  | "run-id"
  | "ownership-version"
  | "ownership-damaged"
  | "ssh-setting"
  | "command-argv"
  | "connect-failed"
  | "forward-refused"
  | ConnectionErrorCode;

/** Why a machine could not be reached, or what became of a connection. */
export type ConnectionErrorCode =
  | "host-unreachable"
  | "host-key-unknown"
  | "host-key-changed"
  | "host-auth"
  | "host-shell"
  | "search-refused"
  | "sudo-refused"
  | "connection-lost"
  | "outcome-unknown";

const CONNECTION_CODES: readonly string[] = [
  "host-unreachable",
  "host-key-unknown",
  "host-key-changed",
  "host-auth",
  "host-shell",
  "sudo-refused",
  "connection-lost",
] satisfies ConnectionErrorCode[];

/** Whether an error says that a machine could not be asked, which says nothing of its files. */
export function isUnreached(error: unknown): error is HostError {
  return error instanceof HostError && CONNECTION_CODES.includes(error.code);
}

/** Says what a failed system call means for `path`, in words that tell what to do. */
export function fileFailed(step: string, path: string, cause: unknown, who = whoWeAre()): HostError {
  if (cause instanceof HostError) return cause;
  const system = systemCode(cause) ?? "";
  const [code, reason] = READING.has(step) && DENIED.has(system) ? unreadable(who) : fileFailure(system, who);
  const detail = code === "file-failed" ? (cause instanceof Error ? cause.message : String(cause)) : reason;
  return new HostError(code, `${step} ${path}: ${detail} Nothing was changed.`, { cause });
}

/** A symbolic link where a file of ours is kept beside another; whoever owns the folder can plant one. */
export function companionIsLink(path: string): HostError {
  return new HostError(
    "companion-link",
    `${path} is a symbolic link, and what is kept beside a file is never reached or created through one. Find out who made it, remove it and run again. Nothing was changed.`,
  );
}

export function isDirectory(path: string): HostError {
  return new HostError(
    "is-directory",
    `${path} is a directory. Give the path of a file. Nothing was changed.`,
  );
}

export function notRegular(path: string): HostError {
  return new HostError(
    "not-a-file",
    `${path} is a device, a pipe or a socket. Give the path of a regular file. Nothing was changed.`,
  );
}

export function tooLarge(path: string, maximumBytes: number): HostError {
  return new HostError(
    "file-too-large",
    `${path} has more than ${maximumBytes / 2 ** 20} MiB, and no more is read. Correct the path, or make the file smaller. Nothing was changed.`,
  );
}

/**
 * A place that this process may not write to, found before anything was tried.
 *
 * @param place - the directory, or the file on a file system of its own, on this machine
 */
export function notWritable(path: string, place: string, cause: unknown, who = whoWeAre()): HostError {
  const isReadOnly = systemCode(cause) === "EROFS";
  const remedy = isReadOnly
    ? "it is on a file system that is mounted read-only; remount it for writing, or correct the path."
    : "run as the product's user or as root, or correct the permissions; files are replaced through a temporary file beside them.";
  return new HostError(
    isReadOnly ? "read-only" : "permission-denied",
    `${path}: ${who} cannot write to ${place}: ${remedy} Nothing was changed.`,
    { cause },
  );
}

/** Steps that change nothing. */
const READING = new Set(["read", "find", "list the directory of"]);
const DENIED = new Set(["EACCES", "EPERM"]);

function unreadable(who: string): readonly [HostErrorCode, string] {
  return [
    "permission-denied",
    `permission denied for ${who}: run as the product's user or as root, or correct the permissions of the file ` +
      "and of the directories above it.",
  ];
}

function fileFailure(system: string, who: string): readonly [HostErrorCode, string] {
  switch (system) {
    case "EACCES":
    case "EPERM":
      return [
        "permission-denied",
        `permission denied for ${who}; the file is replaced through a temporary file beside it, so its directory must be writable: ` +
          "run as the product's user or as root, or correct the permissions of the file and its directory.",
      ];
    case "EROFS":
      return [
        "read-only",
        "the file system is mounted read-only; remount it for writing, or correct the path.",
      ];
    case "ENOSPC":
    case "EDQUOT":
      return ["no-space", "no space is left (or the quota is used up); free some and run again."];
    case "ENOENT":
      return [
        "parent-missing",
        "its directory does not exist; install the product first, or correct the path.",
      ];
    case "EISDIR":
      return ["is-directory", "it is a directory; give the path of a file."];
    case "ENOTDIR":
      return ["not-a-directory", "a part of the path before the last is not a directory; correct the path."];
    case "ENXIO":
      return ["not-a-file", "it is a pipe, a socket or a device; give the path of a regular file."];
    case "ELOOP":
      return ["link-loop", "its symbolic links lead in a circle; correct them."];
    default:
      return ["file-failed", ""];
  }
}

function whoWeAre(): string {
  return process.geteuid === undefined ? "this user" : `user id ${process.geteuid()}`;
}
