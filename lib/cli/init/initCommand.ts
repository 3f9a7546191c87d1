import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { Option } from "commander";
import { posixQuote } from "../../text";
import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines, printWarnings } from "../io";
import { unusableDirectory, unusableProjectName } from "./errors";
import { LocalHosts } from "./localHosts";
import { cdktfJson, installCommands } from "./project";
import { STARTERS, STARTER_NAMES, type Starter, type StarterName, layLocalEnvironment } from "./starter";
import { CI_FILES, type CiSystem, type ProjectFile, writeCdktfJson, writeStarterFiles } from "./writeProject";

interface InitFlags {
  readonly stack: StarterName;
  readonly ci?: CiSystem;
  readonly project?: string;
  readonly json: boolean;
}

/** `cdktf-trust init`: a project that deploys, in an empty folder or beside what is there. */
export const defineInit: DefineCommand = (command, { io, run }) => {
  command
    .argument("[directory]", "folder of the project", ".")
    .addOption(new Option("--stack <name>", "what to begin with").choices(STARTER_NAMES).default("generic"))
    .addOption(new Option("--ci <system>", "write a pipeline as well").choices(Object.keys(CI_FILES)))
    .option("--project <name>", "what plans, states and hosts call the project (default: the folder's name)")
    .option("--json", "print JSON for tools", false)
    .action((directory: string, flags: InitFlags) =>
      run(async () => init(io, resolve(io.workingDirectory, directory), flags)),
    );
};

function init(io: CliIo, directory: string, flags: InitFlags): ExitCode {
  const starter = STARTERS[flags.stack];
  const project = projectName(directory, flags.project);
  makeFolder(directory);
  const files = [
    ...writeStarterFiles(directory, starter, flags.ci),
    writeCdktfJson(directory, cdktfJson({ starter, project, projectId: uuid(io) })),
  ];
  layLocalEnvironment(starter, new LocalHosts(directory), io);
  const path = relative(io.workingDirectory, directory);
  const enter = path === "" ? [] : [`cd ${posixQuote(path)}`];
  const next = [...enter, ...installSteps(directory), "npx cdktf-trust deploy"];
  if (flags.json) printJson(io, { files, next });
  else report(io, starter, files, next);
  return 0;
}

function report(io: CliIo, starter: Starter, files: readonly ProjectFile[], next: readonly string[]): void {
  const pathsOf = (outcome: ProjectFile["outcome"]) =>
    files.filter((file) => file.outcome === outcome).map(({ path }) => path);
  const written = pathsOf("written");
  printLines(
    io,
    written.length === 0 ? "everything was there already" : `wrote ${written.join(", ")}`,
    `the environment local: its machines are folders below .local/hosts, its passwords are in .local/secrets`,
    ...next.map((line, index) => `${index === 0 ? "next:" : "     "} ${line}`),
  );
  const kept = pathsOf("kept");
  if (kept.length === 0) return;
  printWarnings(io, `${kept.join(", ")}: yours, and left as ${kept.length === 1 ? "it is" : "they are"}`);
  if (kept.includes("main.ts"))
    printWarnings(io, `main.ts has to say, before app.synth(): ${starter.mainLines.join(" ")}`);
  if (kept.includes("cdktf.json"))
    printWarnings(
      io,
      'cdktf.json has to say how the app is run ("app"), and "project" and "environment" in its "context"; ' +
        "Use it in your project (docs/use.md) shows one",
    );
}

function installSteps(directory: string): string[] {
  const path = join(directory, "package.json");
  return installCommands(existsSync(path) ? parsed(readFileSync(path, "utf8")) : undefined);
}

/** A damaged `package.json` is npm's to complain of. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Letters, digits and `-`, because it is a word of `project/environment/stack`. */
function projectName(directory: string, given: string | undefined): string {
  const name =
    given ??
    basename(directory)
      .replaceAll(/[^A-Za-z0-9-]+/g, "-")
      .replaceAll(/^-+|-+$/g, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name)) throw unusableProjectName(given ?? basename(directory));
  return name;
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
}

/** Version 4 (RFC 9562, section 5.4). */
function uuid({ randomBytes }: CliIo): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
