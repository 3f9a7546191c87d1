import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { engines, version } from "../../../package.json";
import { CliSandbox } from "../cliRun";

let sandbox: CliSandbox;

beforeEach(() => {
  sandbox = new CliSandbox();
});
afterEach(() => sandbox.remove());

interface Installed {
  readonly directory: string;
  readonly files: readonly { readonly path: string; readonly outcome: string }[];
}

async function install(): Promise<Installed> {
  const { exitCode, stdout, stderr } = await sandbox.run("provider", "install", "mirror", "--json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Installed;
}

describe("cdktf-trust provider install", () => {
  test("tells tools what was written, for what, and what it needs", async () => {
    const first = await install();
    expect(first).toMatchObject({
      version,
      directory: sandbox.path("mirror"),
      platforms: ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"],
      node: engines.node,
    });
    expect(first.files).toHaveLength(10);
    expect(new Set(first.files.map(({ outcome }) => outcome))).toEqual(new Set(["written"]));

    const second = await install();
    expect(second.files).toEqual(first.files.map((file) => ({ ...file, outcome: "kept" })));
  });

  test("tells people what Windows gets, and writes a path as HCL has it", async () => {
    const { stdout } = await sandbox.run("provider", "install", 'a ${b} "c"');
    expect(stdout).toContain("Terraform on Windows is not served: run it in WSL");
    expect(stdout).toContain(`path    = "${sandbox.path('a $${b} \\"c\\"')}"`);
  });

  test("refuses to replace a release, and a folder that is none", async () => {
    // GIVEN
    const { directory, files } = await install();
    const archive = join(directory, files[0]?.path ?? "");
    appendFileSync(archive, "more");
    const bytes = readFileSync(archive);

    // WHEN
    const replaced = await sandbox.run("provider", "install", "mirror");
    const unwritable = await sandbox.run("provider", "install", join(archive, "below"));

    // THEN
    expect(replaced).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Nothing was changed.") });
    expect(unwritable).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("yours to write") });
    expect(readFileSync(archive).equals(bytes)).toBe(true);
  });
});
