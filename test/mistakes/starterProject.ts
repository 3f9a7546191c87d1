import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPOSITORY } from "../docs/markdown";
import { LocalProject, type ProgramResult } from "../support/localProject";

/** What `npm install` puts into a project that uses this package; the package is the build of this repository. */
const INSTALLED = ["cdktf", "constructs", "tsx", "typescript", "@cdktf/provider-null"];

/** The project that `cdktf-trust init` writes, with its packages installed. */
export class StarterProject {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "cdktf-trust-mistake-")));

  constructor() {
    const result = this.cli(["init", ".", "--project", "shop"]);
    if (result.status !== 0) throw new Error(result.stderr);
    for (const name of INSTALLED) this.install(name, join(REPOSITORY, "node_modules", name));
    this.install("cdktf-trust", REPOSITORY);
  }

  /** Another project that is the same. */
  copy(): StarterProject {
    const made = Object.create(StarterProject.prototype) as { directory: string } & StarterProject;
    made.directory = realpathSync(mkdtempSync(join(tmpdir(), "cdktf-trust-mistake-")));
    cpSync(this.directory, made.directory, { recursive: true, verbatimSymlinks: true });
    return made;
  }

  cli(words: readonly string[], variables: Readonly<Record<string, string>> = {}): ProgramResult {
    const { status, stdout, stderr } = spawnSync(process.execPath, [LocalProject.program, ...words], {
      cwd: this.directory,
      encoding: "utf8",
      env: { ...process.env, CHECKPOINT_DISABLE: "1", ...variables },
    });
    return { status, stdout, stderr };
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Changes one place of a file. */
  edit(name: string, from: string, to: string): void {
    const before = this.read(name);
    if (before.split(from).length !== 2) throw new Error(`${name} has not one place with ${from}`);
    this.write(
      name,
      before.replace(from, () => to),
    );
  }

  remove(name = ""): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  private install(name: string, from: string): void {
    const to = this.path(`node_modules/${name}`);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(from, to);
  }
}
