import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { buildSync, transformSync } from "esbuild";

const REPOSITORY = resolve(__dirname, "../..");
const LIBRARY = join(REPOSITORY, "dist/index.cjs");
const TSX = join(REPOSITORY, "node_modules/tsx/dist/loader.mjs");

/**
 * An app as a module that Node loads: compiled once and not by each synth, which a loader of TypeScript makes three times
 * as long.
 */
function compiled(source: string): string {
  if (source.includes(`${REPOSITORY}/stacks`)) return withStacks(source);
  return transformSync(source, { loader: "ts", format: "cjs", target: "node20" }).code;
}

/** The same with the repository's stacks in it, which use the library as it is shipped. */
function withStacks(source: string): string {
  const [{ text } = { text: "" }] = buildSync({
    stdin: { contents: source, resolveDir: REPOSITORY, loader: "ts" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    external: ["lib", "dist", "node_modules"].map((folder) => join(REPOSITORY, folder, "*")),
    // Of the one file of the stacks that reads what is beside it.
    define: { __dirname: JSON.stringify(join(REPOSITORY, "stacks/local")) },
    write: false,
  }).outputFiles;
  // A project in a folder of its own finds them nowhere else.
  return text
    .replaceAll(/require\("[^"]*\/lib(?:\/index\.ts)?"\)/g, `require("${LIBRARY}")`)
    .replaceAll(/require\("(cdktf|constructs)"\)/g, `require("${REPOSITORY}/node_modules/$1")`);
}

/** What a finished program left. */
export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own that uses this repository's library, stacks and programs. */
export class LocalProject {
  /** The command line, as it is shipped. */
  static readonly program = join(REPOSITORY, "dist/cdktf-trust.cjs");

  readonly directory: string;
  private readonly kept = mkdtempSync(join(tmpdir(), "cdktf-trust-kept-"));

  /**
   * @param main - source of the app; the repository's own `main.ts` where absent. `@repository` stands for its folder,
   * `@repository/lib` for the library as it is shipped
   */
  constructor(main?: string, context: Readonly<Record<string, unknown>> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), "cdktf-trust-project-"));
    const settings = JSON.parse(readFileSync(join(REPOSITORY, "cdktf.json"), "utf8")) as { context: object };
    const app = `"${process.execPath}" main.cjs`;
    this.write(
      "cdktf.json",
      JSON.stringify({ ...settings, app, context: { ...settings.context, ...context } }),
    );
    if (main === undefined) this.write("main.cjs", withStacks('import "./main.ts";'));
    else this.writeMain(main);
  }

  writeMain(source: string): void {
    const shipped = source
      .replaceAll('"@repository/lib"', `"${LIBRARY}"`)
      .replaceAll("@repository", REPOSITORY);
    this.write("main.ts", shipped);
    this.write("main.cjs", compiled(shipped));
  }

  /** Lays the day-one state of the local environment's hosts. */
  prepare(): void {
    const result = this.run(process.execPath, ["--import", TSX, join(REPOSITORY, "stacks/local/prepare.ts")]);
    if (result.status !== 0) throw new Error(result.stderr);
  }

  /** Runs `cdktf-trust` in the project. */
  cli(...words: readonly string[]): ProgramResult {
    return this.run(process.execPath, [LocalProject.program, ...words]);
  }

  /** Runs the app alone, as `cdktf synth` does. */
  synth(variables: Readonly<Record<string, string>> = {}): ProgramResult {
    const settings = JSON.parse(this.read("cdktf.json").toString()) as { app: string; context: object };
    return this.run("sh", ["-c", settings.app], {
      CDKTF_CONTEXT_JSON: JSON.stringify(settings.context),
      ...variables,
    });
  }

  run(
    program: string,
    words: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    directory = ".",
  ): ProgramResult {
    const result = spawnSync(program, words, {
      cwd: join(this.directory, directory),
      encoding: "utf8",
      env: {
        ...process.env,
        CHECKPOINT_DISABLE: "1",
        TF_CLI_CONFIG_FILE: this.emptyTerraformSettings(),
        ...variables,
      },
      maxBuffer: 1 << 28,
    });
    return { status: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  read(...parts: readonly string[]): Buffer {
    return readFileSync(this.path(...parts));
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(join(this.directory, path, ".."), { recursive: true });
    writeFileSync(join(this.directory, path), content);
  }

  /** Bytes of every file below a folder, by path. */
  snapshot(folder: string): Map<string, string> {
    const files = new Map<string, string>();
    const walk = (directory: string): void => {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) walk(path);
        else if (statSync(path).isFile())
          files.set(relative(this.path(folder), path), readFileSync(path).toString("base64"));
      }
    };
    walk(this.path(folder));
    return files;
  }

  /** Remembers the project as it is, for tests that all begin with it. */
  keep(): void {
    cpSync(this.directory, this.kept, { recursive: true, verbatimSymlinks: true });
  }

  /** Makes the project what it was when it was kept. */
  restore(): void {
    for (const name of readdirSync(this.directory)) rmSync(this.path(name), { recursive: true });
    cpSync(this.kept, this.directory, { recursive: true, verbatimSymlinks: true });
  }

  remove(): void {
    for (const directory of [this.directory, this.kept]) rmSync(directory, { recursive: true, force: true });
  }

  private emptyTerraformSettings(): string {
    const path = this.path("terraform.rc");
    writeFileSync(path, "");
    return path;
  }
}
