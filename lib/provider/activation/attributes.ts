import { isIP } from "node:net";
import { openHost, parsePlannedPath, parseSecretReference, requireArgv } from "../../hosts";
import { TrustError } from "../../model";
import { checkFingerprint, oneOf } from "../location";
import {
  defaulted,
  type Diagnostic,
  isKnown,
  optional,
  required,
  type StateOf,
  type Unknown,
} from "../protocol";
import type { DeclaredFile, DeclaredNeed, DeclaredProbe, DeclaredStep } from "./declared";

const STEP_SECONDS = 300;
const PROBE_SECONDS = 60;
const MAXIMUM_SECONDS = 86_400;

const filesAttributes = {
  path: required.string("Absolute path on the host, as in the resources that deliver to it."),
  password: optional.string(
    "Reference to the password, of a store: a roll-back opens the store and its backups with it.",
  ),
};

const stepAttributes = {
  argv: required.listOfStrings(
    'The program and its words, each as it is: no shell reads them. `["sh", "-c", "…"]` is one.',
  ),
  on: optional.string(
    "Where it runs: `host`, or `runner`, where Terraform does. A host that is a directory runs nothing. Default: `host`.",
  ),
  timeout_seconds: optional.number(
    `When it is ended together with what it has started; that is a failure. Default: ${STEP_SECONDS}.`,
  ),
};

const probeAttributes = {
  connect: required.string("`HOST:PORT` of the listener; an IPv6 address in brackets."),
  via: optional.string("Where the connection starts: `runner`, or `host`. Default: `runner`."),
  server_name: optional.string("Name that is asked for. Default: the host of `connect`."),
  sha256: optional.string(
    "Fingerprint of the certificate that is to be served, as keytool prints it. Default: any.",
  ),
  authorities: optional.listOfStrings(
    "Subjects of authorities whose certificates the server is to ask for, others aside. Default: it is not looked at.",
  ),
  timeout_seconds: optional.number(`How long it may take until that is seen. Default: ${PROBE_SECONDS}.`),
};

/** Attributes that say what is read, run and looked for. */
export const activationAttributes = {
  files: required.listOf(
    filesAttributes,
    "All files that the product reads. What this configuration has written there since the last proof is owed.",
  ),
  needs: optional.listOfStrings(
    "Keys that must be in place before the product can start, `PATH#ALIAS` or `PATH`. Where one is missing, nothing is run, " +
      "and it stays owed; another activation with the same steps, after the keys, proves it with its own. Default: none.",
  ),
  steps: required.listOf(
    stepAttributes,
    "Commands, in this order, each at most once an apply; the first that does not end with 0 fails.",
  ),
  probes: defaulted.listOf(probeAttributes, "What has to be seen afterwards."),
};

type FileRow = StateOf<typeof filesAttributes>;
type StepRow = StateOf<typeof stepAttributes>;
type ProbeRow = StateOf<typeof probeAttributes>;

/** The files of a row. */
export function declaredFiles(rows: readonly FileRow[]): DeclaredFile[] {
  return rows.map(({ path, password }) => ({ path, ...(password === null ? {} : { password }) }));
}

/** The steps of a row. */
export function declaredSteps(rows: readonly StepRow[]): DeclaredStep[] {
  return rows.map(({ argv, on, timeout_seconds: seconds }) => ({
    argv,
    on: on === "runner" ? on : "host",
    timeoutMs: (seconds ?? STEP_SECONDS) * 1_000,
  }));
}

/** The probes of a row. */
export function declaredProbes(rows: readonly ProbeRow[]): DeclaredProbe[] {
  return rows.map((row) => ({
    ...parseTarget(row.connect),
    via: row.via === "host" ? row.via : "runner",
    ...(row.server_name === null ? {} : { servername: row.server_name }),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    authorities: row.authorities ?? [],
    timeoutMs: (row.timeout_seconds ?? PROBE_SECONDS) * 1_000,
  }));
}

/** A need as a row writes it; an alias may hold `#`, a path may not. */
export function parseNeed(need: string): DeclaredNeed {
  const [, path = "", alias] = /^([^#]*)(?:#(.*))?$/s.exec(need) ?? [];
  parsePlannedPath(path);
  return { path, ...(alias === undefined ? {} : { alias }) };
}

/** @throws RangeError */
function parseTarget(connect: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(connect) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(digits);
  if (host === "" || port < 1 || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new RangeError(`"${connect}" is not HOST:PORT. Write flow.example.com:8443, or [::1]:8443.`);
  }
  return { host, port };
}

/** An activation as far as a configuration says it. */
export interface ActivationConfig {
  readonly host: string | Unknown;
  readonly name: string | Unknown;
  readonly files: readonly FileRow[] | Unknown;
  readonly needs: readonly string[] | Unknown | null;
  readonly steps: readonly StepRow[] | Unknown;
  readonly probes: readonly ProbeRow[] | Unknown | null;
}

/** What is wrong with an activation, as far as it is known. */
export function checkActivation({ host, name, files, needs, steps, probes }: ActivationConfig): Diagnostic[] {
  const [paths, commands, targets] = [wholeRows(files), wholeRows(steps), wholeRows(probes)];
  return [
    ...checked("name", () => requireName(name)),
    ...checked("files", () => requireSome(files, "file that the product reads")),
    ...paths.flatMap(({ path, password }, index) =>
      checked("files", () => {
        parsePlannedPath(path);
        if (password !== null) parseSecretReference(password);
        const isRepeated = paths.findIndex((other) => other.path === path) < index;
        if (isRepeated) throw new RangeError(`"${path}" is declared twice. Declare it once.`);
      }),
    ),
    ...(isKnown(needs) ? (needs ?? []) : [])
      .filter(isKnown)
      .flatMap((need) => checked("needs", () => requireNeed(need, files))),
    ...checked("steps", () => requireSome(steps, "command")),
    ...commands.flatMap((step) => checked("steps", () => requireStep(step, host))),
    ...targets.flatMap((probe) => checked("probes", () => requireProbe(probe, host))),
  ];
}

function requireName(name: string | Unknown): void {
  if (!isKnown(name) || /^[^\s\p{Cc}]{1,200}$/u.test(name)) return;
  throw new RangeError(`"${name}" is no name: give 1 to 200 characters without blanks.`);
}

function requireSome(rows: readonly unknown[] | Unknown, what: string): void {
  if (isKnown(rows) && rows.length === 0) throw new RangeError(`Give at least one ${what}.`);
}

function requireNeed(need: string, files: readonly FileRow[] | Unknown): void {
  const { path, alias } = parseNeed(need);
  if (alias === "") throw new RangeError(`"${need}" names no alias. Write PATH#ALIAS, or PATH of a file.`);
  const paths = wholeRows(files).map((file) => file.path);
  if (!isKnown(files) || paths.length < files.length || paths.includes(path)) return;
  throw new RangeError(`"${need}" is in none of the files. Declare ${path} among them.`);
}

function requireStep({ argv, on, timeout_seconds: seconds }: StepRow, host: string | Unknown): void {
  requireArgv(argv);
  requireSeconds(seconds);
  if (on !== null) oneOf(["host", "runner"])(on);
  if (on !== "runner") requireProcesses(host, 'Set on = "runner", or run the step by hand.');
}

function requireProbe(
  { connect, via, sha256, timeout_seconds: seconds }: ProbeRow,
  host: string | Unknown,
): void {
  parseTarget(connect);
  requireSeconds(seconds);
  if (via !== null) oneOf(["runner", "host"])(via);
  if (sha256 !== null) checkFingerprint(sha256);
  if (via === "host") requireProcesses(host, 'Set via = "runner".');
}

function requireSeconds(seconds: number | null): void {
  if (seconds === null || (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAXIMUM_SECONDS)) return;
  throw new RangeError(`${seconds} is no time: give whole seconds, 1 to ${MAXIMUM_SECONDS}.`);
}

function requireProcesses(host: string | Unknown, remedy: string): void {
  if (!isKnown(host) || openHost(host).processes !== undefined) return;
  throw new RangeError(
    `${host} is a directory that stands for a machine, and nothing can be run there. ${remedy}`,
  );
}

/** Rows of which everything is known. */
function wholeRows<Row extends object>(rows: readonly Row[] | Unknown | null): readonly Row[] {
  if (rows === null || !isKnown(rows)) return [];
  const isWhole = (value: unknown): boolean =>
    isKnown(value) && (!Array.isArray(value) || value.every(isWhole));
  return rows.filter((row) => isKnown(row) && Object.values(row).every(isWhole));
}

function checked(attribute: string, check: () => void): Diagnostic[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TrustError)) throw error;
    return [{ severity: "error", summary: `Invalid ${attribute}`, detail: error.message, attribute }];
  }
}
