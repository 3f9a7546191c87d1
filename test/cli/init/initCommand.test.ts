import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "../../../lib/keystore";
import { CliSandbox } from "../cliRun";

let sandbox: CliSandbox;

beforeEach(() => {
  sandbox = new CliSandbox();
  mkdirSync(sandbox.path("trust"));
});
afterEach(() => sandbox.remove());

const read = (path: string): string => readFileSync(sandbox.path(join("trust", path)), "utf8");
const write = (path: string, text: string): void => writeFileSync(sandbox.path(join("trust", path)), text);
const filesIn = (path: string): string[] =>
  readdirSync(sandbox.path(path), { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(sandbox.path(path), name)).isFile())
    .sort();

describe("init in an empty folder", () => {
  test("writes a project, the passwords of its local environment, and says what comes next", async () => {
    const { exitCode, stdout, stderr } = await sandbox.run("init", "trust");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(filesIn("trust")).toEqual([
      ".gitignore",
      ".local/secrets/shop-stores",
      ".local/secrets/stock-stores",
      "cdktf.json",
      "main.ts",
      "stacks/shop.ts",
      "tsconfig.json",
    ]);
    expect(stdout).toContain("cd trust\n");
    expect(stdout).toContain("npm install cdktf-trust cdktf constructs\n");
    expect(stdout).toContain("npm install --save-dev typescript tsx @types/node\n");
    expect(stdout).toMatch(/npx cdktf-trust deploy\n$/);
  });

  test("keeps the passwords for their owner, out of version control, and makes each its own", async () => {
    await sandbox.run("init", "trust");
    const path = sandbox.path("trust/.local/secrets/shop-stores");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(read(".gitignore").split("\n")).toContain(".local/");
    expect(read(".local/secrets/shop-stores")).toMatch(/^[\w-]{32}\n$/);
  });

  test("declares the environment prod with every host and secret that the stack names", async () => {
    await sandbox.run("init", "trust", "--project", "shop-trust");
    const { context, projectId } = JSON.parse(read("cdktf.json")) as {
      context: { project: string; environments: { prod: Record<string, object> } };
      projectId: string;
    };
    const stack = read("stacks/shop.ts");
    const named = (call: string) =>
      [...stack.matchAll(new RegExp(`${call}\\("([^"]+)"\\)`, "g"))]
        .map(([, name = ""]) => name)
        .sort((a, b) => a.localeCompare(b));
    expect(context.project).toBe("shop-trust");
    expect(projectId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Object.keys(context.environments.prod["hosts"] ?? {}).sort()).toEqual(named("environment\\.host"));
    expect(Object.keys(context.environments.prod["secrets"] ?? {}).sort()).toEqual(named("Secret\\.named"));
  });

  test("lays the stores that ElectricFlow and ISPW's Java come with", async () => {
    await sandbox.run("init", "trust", "--stack", "electricflow-ispw");
    const hosts = "trust/.local/hosts";
    const open = (path: string, secret: string) =>
      readStore(
        readFileSync(sandbox.path(`${hosts}/${path}`)),
        readFileSync(sandbox.path(`trust/.local/secrets/${secret}`), "utf8").trim(),
      );
    const keystore = open(
      "electricflow/opt/electriccloud/electriccommander/conf/keystore",
      "electricflow-keystore",
    );
    const cacerts = open("ispw/usr/lpp/java/J8.0_64/lib/security/cacerts", "ispw-cacerts");
    expect(keystore.entries.map(({ kind, alias }) => [kind, alias])).toEqual([["identity", "jetty"]]);
    expect(cacerts.entries.length).toBeGreaterThan(100);
  });

  test.each([
    ["github", ".github/workflows/trust.yml"],
    ["gitlab", ".gitlab-ci.yml"],
  ])("writes a pipeline for %s where it is asked for", async (system, path) => {
    await sandbox.run("init", "trust", "--ci", system);
    expect(read(path)).toContain("npx cdktf-trust deploy --environment prod --auto-approve");
  });

  test.each([
    ["github", ".github/workflows/trust-renew.yml"],
    ["gitlab", ".gitlab-ci.yml"],
  ])("writes for %s what renews on a schedule", async (system, path) => {
    await sandbox.run("init", "trust", "--ci", system);
    expect(read(path)).toContain("npx cdktf-trust lock renew --within 30d --environment prod");
  });
});

describe("init beside what is there", () => {
  test("changes nothing when it is run again", async () => {
    await sandbox.run("init", "trust");
    const before = filesIn("trust").map((path) => [path, read(path)]);
    const { exitCode, stdout, stderr } = await sandbox.run("init", "trust");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("everything was there already");
    expect(filesIn("trust").map((path) => [path, read(path)])).toEqual(before);
  });

  test("leaves files that are somebody's, and says what they lack", async () => {
    write("main.ts", "// ours\n");
    write("cdktf.json", '{ "language": "typescript" }\n');
    write(".gitignore", "node_modules/\n*.tmp");
    const { exitCode, stderr } = await sandbox.run("init", "trust");
    expect(exitCode).toBe(0);
    expect(read("main.ts")).toBe("// ours\n");
    expect(read("cdktf.json")).toBe('{ "language": "typescript" }\n');
    expect(read(".gitignore")).toMatch(/^node_modules\/\n\*\.tmp\ncdktf\.out\/\n/);
    expect(stderr).toContain('new ShopStack(app, "shop");');
    expect(stderr).toContain('"project" and "environment" in its "context"');
  });

  test("asks npm for what package.json does not have", async () => {
    write("package.json", JSON.stringify({ dependencies: { cdktf: "1" }, devDependencies: { tsx: "1" } }));
    const { stdout } = await sandbox.run("init", "trust", "--json");
    expect((JSON.parse(stdout) as { next: string[] }).next).toEqual([
      "cd trust",
      "npm install cdktf-trust constructs",
      "npm install --save-dev typescript @types/node",
      "npx cdktf-trust deploy",
    ]);
  });
});

describe("init refuses", () => {
  test.each([
    [["--stack", "nonsense"], "Allowed choices are generic, electricflow-ispw"],
    [["--ci", "jenkins"], "Allowed choices are github, gitlab"],
    [["--project", "a/b"], '"a/b" cannot be a project\'s name'],
  ])("%j, and writes nothing", async (words, message) => {
    const { exitCode, stderr } = await sandbox.run("init", "new", ...words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(sandbox.path("new"))).toBe(false);
  });

  test("a path that leads through a file", async () => {
    write("file", "");
    const { exitCode, stderr } = await sandbox.run("init", "trust/file/project");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/project cannot be made \(ENOTDIR\): name a folder/);
  });
});
