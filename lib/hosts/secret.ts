import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

import { modeText } from "../model/modeText";
import type { SecretReference } from "../model/secretReference";
import { HostError, SecretError, type SecretErrorCode } from "./errors";
import { systemCode } from "../model/systemCode";
import { readNamedFile } from "./namedFile";

/** Where secrets are looked for. */
export interface SecretOptions {
  /** @default - the process's environment */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Directory that `file:` is relative to and in which `cmd:` runs. @default - the process's */
  readonly workingDirectory?: string;
  /** Told of a secret file that others may read. @default - `process.emitWarning` */
  readonly onWarning?: (message: string) => void;
}

/** Resolves a reference, each one once. */
export type SecretResolver = (reference: SecretReference) => string;

const allowed =
  "env:NAME (an environment variable), file:PATH (first line of a file) or cmd:COMMAND (first line a command prints)";
const commandTimeoutMs = 120_000;
/** Far more than any first line that is a secret. */
const maximumFileBytes = 2 ** 20;

/**
 * Reads what a person wrote where a secret reference belongs. A literal secret is refused and not
 * repeated in the message, because it may be the secret itself.
 */
export function parseSecretReference(text: string): SecretReference {
  if (!isReference(text)) {
    throw new SecretError(
      "secret-literal",
      `a secret is given by reference, never as a literal (what was given is not repeated here). Write ${allowed}.`,
    );
  }
  const { kind, rest } = takeApart(text);
  if (rest.trim() === "")
    throw new SecretError("secret-literal", `"${kind}:" names nothing. Write ${allowed}.`);
  if (kind === "env" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) {
    throw new SecretError(
      "secret-literal",
      '"env:" is followed by the name of an environment variable: letters, digits and underscores, not starting with a digit (what was given is not repeated here, it may be the secret itself).',
    );
  }
  if (kind !== "cmd" && /[\r\n]/.test(rest)) {
    throw new SecretError("secret-literal", `"${kind}:" is followed by one line, and several were given.`);
  }
  return text;
}

/**
 * Finds the value behind a reference, at the last moment before it is used.
 *
 * `file:` takes the first line without its line end. `cmd:` runs in the system's shell, with standard
 * input closed and standard error passed through, for at most two minutes; its first line counts.
 *
 * @throws SecretError naming the reference and what to do, never the value
 */
export function resolveSecret(reference: SecretReference, options: SecretOptions = {}): string {
  const { kind, rest } = takeApart(parseSecretReference(reference));
  switch (kind) {
    case "env":
      return fromEnvironment(rest, options);
    case "file":
      return fromFile(rest, options);
    default:
      return fromCommand(rest, options);
  }
}

/** Resolves each reference once and remembers the value for as long as the resolver lives. */
export function createSecretResolver(options: SecretOptions = {}): SecretResolver {
  const known = new Map<string, string>();
  return (reference) => {
    const before = known.get(reference);
    if (before !== undefined) return before;
    const value = resolveSecret(reference, options);
    known.set(reference, value);
    return value;
  };
}

/**
 * A resolver whose errors begin with what the secret is needed for.
 *
 * @param what with where it is declared: `the password of the store /etc/app/keys.p12 on app`
 */
export function secretFor(what: string, resolver: SecretResolver): SecretResolver {
  return (reference) => {
    try {
      return resolver(reference);
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      throw new SecretError(error.code as SecretErrorCode, `${what} is not at hand. ${error.message}`);
    }
  };
}

function isReference(text: string): text is SecretReference {
  return /^(env|file|cmd):/.test(text);
}

function takeApart(reference: SecretReference): { kind: string; rest: string } {
  const separator = reference.indexOf(":");
  return { kind: reference.slice(0, separator), rest: reference.slice(separator + 1) };
}

function fromEnvironment(name: string, options: SecretOptions): string {
  const value = (options.environment ?? process.env)[name];
  if (value === undefined) {
    throw new SecretError(
      "secret-missing",
      `env:${name}: the environment variable is not set. Set it, or change the reference.`,
    );
  }
  if (value === "") {
    throw new SecretError(
      "secret-empty",
      `env:${name}: the environment variable is empty. Give it the secret.`,
    );
  }
  return value;
}

function fromFile(path: string, options: SecretOptions): string {
  const absolute = resolve(options.workingDirectory ?? process.cwd(), path);
  const { text, mode } = readSecretFile(path, absolute);
  // A platform without POSIX permissions reports 0666 for everything.
  if ((mode & 0o077) !== 0 && process.platform !== "win32") {
    const warn = options.onWarning ?? ((message) => process.emitWarning(message, "SecretWarning"));
    warn(`file:${path}: others may read this secret (mode ${modeText(mode)}). Run: chmod 600 ${absolute}`);
  }
  const value = firstLine(text);
  if (value === "") {
    throw new SecretError(
      "secret-empty",
      `file:${path}: the first line of ${absolute} is empty. Put the secret there.`,
    );
  }
  return value;
}

function readSecretFile(path: string, absolute: string): { text: string; mode: number } {
  try {
    const { bytes, status } = readNamedFile(absolute, maximumFileBytes);
    return { text: bytes.toString("utf8"), mode: status.mode & 0o777 };
  } catch (cause) {
    if (cause instanceof HostError) {
      throw cause.code === "file-too-large" ? tooLarge(path, absolute) : notAFile(path, absolute);
    }
    throw new SecretError(
      "secret-missing",
      `file:${path}: ${absolute} ${systemCode(cause) === "ENOENT" ? "is not there" : `cannot be opened (${systemCode(cause)})`}. Create it, or change the reference; relative paths start at the working directory.`,
      { cause },
    );
  }
}

function tooLarge(path: string, absolute: string): SecretError {
  return new SecretError(
    "secret-missing",
    `file:${path}: ${absolute} is larger than ${maximumFileBytes / 2 ** 20} MiB, which no file of a secret is. Correct the path.`,
  );
}

function notAFile(path: string, absolute: string): SecretError {
  return new SecretError(
    "secret-missing",
    `file:${path}: ${absolute} is a directory, a device, a pipe or a socket. Give the path of a regular file, or the command that prints the secret: cmd:COMMAND.`,
  );
}

function fromCommand(command: string, options: SecretOptions): string {
  const run = spawnSync(command, {
    shell: true,
    cwd: options.workingDirectory ?? process.cwd(),
    env: { ...(options.environment ?? process.env) },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    timeout: commandTimeoutMs,
  });
  // The cause is left out: Node hangs the captured output, and so the secret, onto it.
  const failure = commandFailure(run);
  if (failure !== undefined) {
    throw new SecretError(
      "secret-command",
      `cmd:${command}: the command ${failure}. Run it by hand in ${options.workingDirectory ?? process.cwd()} and correct it.`,
    );
  }
  const value = firstLine(run.stdout);
  if (value === "") {
    throw new SecretError(
      "secret-empty",
      `cmd:${command}: the first line that the command printed is empty. It must print the secret there.`,
    );
  }
  return value;
}

function commandFailure(run: {
  status: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}): string | undefined {
  if (systemCode(run.error) === "ETIMEDOUT") return `did not end within ${commandTimeoutMs / 1000} seconds`;
  if (run.error !== undefined) return `could not be run (${systemCode(run.error)})`;
  if (run.signal !== null) return `was ended by ${run.signal}`;
  return run.status === 0 ? undefined : `failed with exit code ${run.status}`;
}

/** The first line, without its line end and without a byte order mark: what of a file or an output is the secret. */
export function firstLine(text: string): string {
  const [line = ""] = text.replace(/^\u{FEFF}/u, "").split("\n", 1);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
