import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { formerStateOfAnother, formerStateOfNone, stateIsLocked, stateIsThereTwice } from "./errors";
import { readJsonFile } from "./jsonFile";
import { formerStatePath, statePath } from "./places";
import { listOf, object, optional, plainData, text, wholeNumber } from "./shape";

export interface FormerStateOptions {
  readonly projectDirectory: string;
  readonly environment: string;
  readonly stack: string;
  /** Terraform's working directory now. */
  readonly workingDirectory: string;
  /** Where the stack may have been synthesised before; its plan there names the environment. */
  readonly formerDirectories: readonly string[];
  /** Whether the caller says that the state is of this environment. */
  readonly adopt: boolean;
}

/** What is looked at in a state of Terraform; the whole of it is kept. */
interface StateFile {
  readonly lineage: string;
  readonly serial: number;
  readonly resources: readonly { readonly provider?: string }[];
}

const stateFile = object<StateFile>({
  lineage: text,
  serial: wholeNumber,
  resources: listOf(object<{ readonly provider?: string }>({ provider: optional(text) })),
});

const DAMAGED_STATE = "restore it from a backup, for example the .backup beside it";

/**
 * Moves the state of a time when it carried no environment, `terraform.<stack>.tfstate`, to where the
 * environment's states are: only where the plan of that time, or the caller, says that it is of this environment.
 * The file itself is kept as `<state>.former`. Whatever is of another environment stays where it is.
 *
 * @throws ProjectError where nothing says of which environment it is, or another state is there already
 */
export function moveFormerState(options: FormerStateOptions): void {
  const { projectDirectory, environment, stack, workingDirectory, formerDirectories, adopt } = options;
  const former = join(projectDirectory, formerStatePath(stack));
  if (!existsSync(former)) return;
  const state = readJsonFile(former, stateFile, DAMAGED_STATE);
  if (state.resources.length === 0) return;

  const directory = formerDirectories.find((candidate) => formerEnvironment(candidate) !== undefined);
  const written = directory === undefined ? undefined : formerEnvironment(directory);
  if (written !== undefined && written !== environment) {
    if (adopt) throw formerStateOfAnother(former, written, environment);
    return;
  }
  if (written === undefined && !adopt) throw formerStateOfNone(former, stack, environment);

  const lock = join(projectDirectory, `.${basename(former)}.lock.info`);
  if (existsSync(lock)) throw stateIsLocked(former, lock);
  const wanted = join(projectDirectory, statePath(environment, stack));
  if (existsSync(wanted)) requireSameState(former, state, wanted);
  else {
    const up = (from: string) => relative(from, projectDirectory).replaceAll("\\", "/") || ".";
    const before = up(directory ?? formerDirectories[0] ?? workingDirectory);
    const text_ = JSON.stringify(
      withPlaces(readJsonFile(former, plainData, DAMAGED_STATE), before, up(workingDirectory)),
      null,
      2,
    );
    mkdirSync(dirname(wanted), { recursive: true, mode: 0o700 });
    writeFileSync(`${wanted}.new`, `${text_}\n`, { mode: 0o600, flush: true });
    renameSync(`${wanted}.new`, wanted);
  }
  renameSync(former, `${wanted}.former`);
  if (directory !== undefined && directory !== workingDirectory)
    rmSync(directory, { recursive: true, force: true });
}

/** A run that died between writing the state and taking the former one away has both. */
function requireSameState(former: string, state: StateFile, wanted: string): void {
  const there = readJsonFile(wanted, stateFile, DAMAGED_STATE);
  if (there.lineage !== state.lineage || there.serial < state.serial) throw stateIsThereTwice(former, wanted);
}

/** The environment of a plan of that time, which named no project yet; undefined where there is none. */
function formerEnvironment(directory: string): string | undefined {
  const file = join(directory, "trust-plan.json");
  if (!existsSync(file)) return undefined;
  const plan = readJsonFile(
    file,
    object<{ readonly environment: string; readonly project?: string }>({
      environment: text,
      project: optional(text),
    }),
    "delete the file and name the state's environment with --adopt-state",
  );
  return plan.project === undefined ? plan.environment : undefined;
}

/**
 * The state with places as seen from another working directory: hosts and references that our resources name
 * relative to it.
 */
function withPlaces(value: unknown, before: string, now: string): unknown {
  if (typeof value === "string") return placeFrom(value, before, now);
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, before, now));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withPlaces(member, before, now)]),
  );
}

function placeFrom(value: string, before: string, now: string): string {
  for (const kind of ["local:", "file:"]) {
    const prefix = `${kind}${before}/`;
    if (value.startsWith(prefix)) return `${kind}${now}/${value.slice(prefix.length)}`;
  }
  const command = `cmd:cd "${before}" && `;
  return value.startsWith(command) ? `cmd:cd "${now}" && ${value.slice(command.length)}` : value;
}
