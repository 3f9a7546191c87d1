import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { takenApart, userLine } from "../../../lib/cli/deploy/appError";
import { DeployError, appFailed } from "../../../lib/cli/deploy/errors";

const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-app-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** What Node writes for an app of these files. */
function stderrOf(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const { status, stderr } = spawnSync(process.execPath, ["main.cjs"], { cwd: directory, encoding: "utf8" });
  expect(status).not.toBe(0);
  return stderr;
}

const OURS = `
class TrustError extends Error { constructor() { super("it is wrong.\\n  Give another."); this.name = "TrustError"; this.code = "x"; } }
class DeclarationError extends TrustError {}
exports.refuse = () => { throw new DeclarationError(); };`;

describe("an app that failed", () => {
  test("has said its own words before, and the error has no trace, no name and no code", () => {
    const stderr = stderrOf({
      "node_modules/library/index.js": OURS,
      "main.cjs": `console.error("one\\ntwo");\nrequire("library").refuse();`,
    });
    expect(takenApart(stderr)).toEqual({ said: "one\ntwo\n", error: "it is wrong.\n  Give another." });
    expect(userLine(stderr, directory)).toBe("main.cjs:2:20");
  });

  test("has the line of its own code that is nearest to the error", () => {
    const stderr = stderrOf({
      "stacks/shop.cjs": "exports.shop = () => {\n  undefined.name;\n};",
      "main.cjs": `require("./stacks/shop.cjs").shop();`,
    });
    expect(takenApart(stderr).error).toBe("TypeError: Cannot read properties of undefined (reading 'name')");
    expect(userLine(stderr, directory)).toBe("stacks/shop.cjs:2:13");
  });

  test("has no line where it failed while all stacks were synthesised", () => {
    const stderr = stderrOf({
      "node_modules/library/index.js": `exports.App = class App { synth() { throw new Error("refused"); } };`,
      "main.cjs": `new (require("library").App)().synth();`,
    });
    expect(takenApart(stderr).error).toBe("Error: refused");
    expect(userLine(stderr, directory)).toBeUndefined();
  });

  test("may have said itself why", () => {
    const stderr = stderrOf({ "main.cjs": `console.error("no region"); process.exit(3);` });
    expect(takenApart(stderr)).toEqual({ said: "", error: "no region" });
  });

  test("that lacks a package says how to install it", () => {
    const stderr = stderrOf({ "main.cjs": `require("@scope/absent/part");` });
    const error = appFailed("node main.cjs", takenApart(stderr).error);
    expect(error).toBeInstanceOf(DeployError);
    expect(error.message).toContain(
      "@scope/absent is not installed in this project: run npm install, or npm install @scope/absent",
    );
  });
});
