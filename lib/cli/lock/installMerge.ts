import { join, relative } from "node:path";
import { openHost } from "../../hosts";
import { readProject } from "../../project";
import { UsageError } from "../errors";
import { git } from "../git";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";

/** What git calls the driver and the words for a diff. */
const NAME = "cdktf-trust";
const PATTERN = "trust.lock.*.json";
const ATTRIBUTES = [`diff=${NAME}`, `merge=${NAME}`] as const;

/** A setting of git's, or a line of `.gitattributes`, and what became of it. */
interface Setting {
  readonly name: string;
  readonly value: string;
  readonly state: "written" | "there already";
  /** What it was before, where that was something else. */
  readonly former?: string;
}

/**
 * Tells git of a clone to merge locks by identity and to show them in words: its configuration, which all worktrees of the
 * clone share, and `.gitattributes` beside `cdktf.json`, which is committed.
 *
 * @throws UsageError where the project is in no repository, or git does not take it
 */
export async function installMerge(io: CliIo, json: boolean): Promise<ExitCode> {
  const { directory } = readProject(io.workingDirectory);
  const prefix = git(directory, "rev-parse", "--show-prefix")?.replace(/\n$/, "");
  if (prefix === undefined)
    throw new UsageError(`${directory} is in no git repository, or git is not installed`);
  const configured = [
    [`merge.${NAME}.name`, "locks of cdktf-trust, merged by identity"],
    [`merge.${NAME}.driver`, DRIVER],
    [`diff.${NAME}.textconv`, textconvIn(prefix)],
  ].map(([name = "", value = ""]) => configure(directory, name, value));
  const settings = [...configured, await attribute(io, directory)];
  if (json) printJson(io, { settings });
  else for (const setting of settings) printLines(io, lineOf(setting));
  return 0;
}

/**
 * git runs it at the top of a worktree with files of its own there, and `%P` is the lock's path (gitattributes(5)): the
 * project is where its lock is.
 */
const DRIVER = 'top=$PWD && cd "$(dirname %P)" && npx cdktf-trust lock merge "$top/%O" "$top/%A" "$top/%B"';

/** git runs it at the top of a worktree with one path, which may be relative to that. */
function textconvIn(prefix: string): string {
  if (prefix === "") return "npx cdktf-trust lock show";
  const folder = `'${prefix.replaceAll("'", `'\\''`)}'`;
  const path = '$(cd "$(dirname "$1")" && pwd)/$(basename "$1")';
  return `f() { file="${path}" && cd ${folder} && npx cdktf-trust lock show "$file"; }; f`;
}

function configure(directory: string, name: string, value: string): Setting {
  const former = git(directory, "config", "--local", "--get", name)?.replace(/\n$/, "");
  if (former === value) return { name, value, state: "there already" };
  if (git(directory, "config", "--local", "--replace-all", name, value) === undefined)
    throw new UsageError(`git does not take ${name}: see \`git config --local --list\` in ${directory}`);
  return { name, value, state: "written", ...(former === undefined ? {} : { former }) };
}

/** A line that comes later decides, so what stands there already may stay. */
async function attribute(io: CliIo, directory: string): Promise<Setting> {
  const value = [PATTERN, ...ATTRIBUTES].join(" ");
  const path = join(directory, ".gitattributes");
  const name = relative(io.workingDirectory, path);
  if (isAttributed(directory)) return { name, value, state: "there already" };
  const host = openHost("local:/");
  await host.exclusively(path, async () => {
    const before = (await host.readFile(path))?.bytes.toString("utf8") ?? "";
    const separator = before === "" || before.endsWith("\n") ? "" : "\n";
    const options = before === "" ? { mode: 0o644 } : {};
    await host.replaceFile(path, Buffer.from(`${before}${separator}${value}\n`), options);
  });
  return { name, value, state: "written" };
}

/** Whatever file says it. */
function isAttributed(directory: string): boolean {
  const lock = PATTERN.replace("*", "production");
  const known = git(directory, "check-attr", "diff", "merge", "--", lock)?.trim().split("\n") ?? [];
  return known.length === ATTRIBUTES.length && known.every((line) => line.endsWith(`: ${NAME}`));
}

function lineOf({ name, value, state, former }: Setting): string {
  const before = former === undefined ? "" : ` (it was: ${former})`;
  return `${name}: ${state}: ${value}${before}`;
}
