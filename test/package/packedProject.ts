import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { REPOSITORY } from "../docs/markdown";

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as Manifest;

/** Whether npm gets at its registry; without it nothing can be installed. */
export const hasRegistry =
  spawnSync("npm", ["view", "cdktf", "name", "--fetch-retries=0"], { encoding: "utf8" }).status === 0;

/** A package with the version that this repository is tested with, as npm takes it. */
export function pinned(name: string): string {
  const version = manifest.devDependencies[name];
  if (version === undefined) throw new Error(`${name} is not among the devDependencies`);
  return `${name}@${version}`;
}

/** Packs a copy of the repository, so that the build of the one at work stays; gives the tarball. */
export function pack(directory: string): string {
  const copy = join(directory, "source");
  const parts = [
    "lib",
    "scripts",
    "starters",
    "docs",
    "package.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
  ];
  for (const part of [...parts, "tsconfig.json"])
    cpSync(join(REPOSITORY, part), join(copy, part), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(copy, "node_modules"));
  const { status, stderr } = spawnSync("npm", ["pack", "--silent", "--pack-destination", directory], {
    cwd: copy,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return join(directory, `cdktf-trust-${manifest.version}.tgz`);
}

/** A folder outside the repository that the package is used in. */
export class PackedProject {
  readonly directory = mkdtempSync(join(tmpdir(), "cdktf-trust-use-"));

  path(name: string): string {
    return join(this.directory, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  /** Runs a line as a person types it. @throws an error with all that it printed where it fails */
  run(line: string): string {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line], {
      cwd: this.directory,
      encoding: "utf8",
      env: { ...process.env, npm_config_fund: "false", npm_config_audit: "false", CHECKPOINT_DISABLE: "1" },
    });
    if (status !== 0) throw new Error(`${line}: exit code ${status}\n${stdout}\n${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
