import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LocalProject } from "../support/localProject";
import { slowly } from "../support/tools";
import { REPOSITORY } from "./markdown";

const TSX = join(REPOSITORY, "node_modules/tsx/dist/loader.mjs");

/** The files of the page, by the path that stands before each. */
const files = [
  ...readFileSync(join(REPOSITORY, "docs/testing.md"), "utf8").matchAll(
    /^`(tests\/\S+)`[^\n]*\n\n```typescript\n([^]*?)^```$/gm,
  ),
].map(([, path = "", code = ""]) => ({ path, code }));

describe("the page about tests", () => {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-testing-page-"));

  function run(program: string, ...words: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: directory, encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  beforeAll(() => {
    expect(run(process.execPath, LocalProject.program, "init", "--project", "page")).toMatchObject({
      status: 0,
    });
    mkdirSync(join(directory, "node_modules/@types"), { recursive: true });
    symlinkSync(REPOSITORY, join(directory, "node_modules/cdktf-trust"));
    for (const name of ["cdktf", "constructs", "@types/node", "@types/jest"])
      symlinkSync(join(REPOSITORY, "node_modules", name), join(directory, "node_modules", name));
    for (const { path, code } of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), code);
    }
    const transform = [
      join(REPOSITORY, "node_modules/@swc/jest"),
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
    ];
    writeFileSync(join(directory, "package.json"), "{}");
    writeFileSync(
      join(directory, "jest.config.json"),
      JSON.stringify({ transform: { "\\.ts$": transform } }),
    );
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  test("has tests that pass under jest, in a project as init makes it", () => {
    expect(files.map(({ path }) => path)).toEqual([
      "tests/shop.test.ts",
      "tests/refused.test.ts",
      "tests/shop.node.ts",
    ]);
    const jest = join(REPOSITORY, "node_modules/jest/bin/jest.js");
    const { status, output } = run(process.execPath, jest, "--ci", "-w", "1");
    expect(output).toContain("Tests:       6 passed, 6 total");
    expect(status).toBe(0);
  });

  test("has one that passes without a framework", () => {
    const { status, output } = run(process.execPath, "--import", TSX, "--test", "tests/shop.node.ts");
    expect(output).toMatch(/pass 1\n/);
    expect(status).toBe(0);
  });

  slowly("has types that hold", () => {
    const tsc = join(REPOSITORY, "node_modules/typescript/bin/tsc");
    const types = spawnSync(process.execPath, ["scripts/types.mjs"], { cwd: REPOSITORY, encoding: "utf8" });
    expect(types).toMatchObject({ status: 0 });
    const { output } = run(
      process.execPath,
      tsc,
      "--ignoreConfig",
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "preserve",
      "--moduleResolution",
      "bundler",
      "--target",
      "es2022",
      "--types",
      "node,jest",
      ...files.map(({ path }) => path),
    );
    expect(output).toBe("");
  });

  test("leaves the project as it was", () => {
    const entries = readdirSync(directory);
    expect(entries).toContain("cdktf.json");
    for (const none of ["cdktf.out", "trust.lock.prod.json", "trust.lock.local.json", "state"])
      expect(entries).not.toContain(none);
    expect(existsSync(join(directory, ".local/trust.lock.local.json"))).toBe(false);
  });
});
