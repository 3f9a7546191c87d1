import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../package.json";
import { installProvider } from "../../../lib/provider/install";
import { installMirror } from "../../../lib/provider/mirror";
import { CliSandbox } from "../../cli/cliRun";
import { TerraformStack } from "../../provider/support/terraform";
import { describeWith, slowly } from "../../support/tools";

const built = join(__dirname, "../../../dist/terraform-provider-trust.cjs");
/** No registry is asked: nothing listens there. */
const OFFLINE = { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" };

const CONFIGURATION = `
resource "trust_file" "motd" {
  host     = "local:host"
  path     = "/opt/motd"
  artifact = "motd"
  sha256   = "77:F4:4B:90:24:FD:19:A6:67:4A:62:D9:89:39:F4:E7:F1:B7:7F:64:EA:C4:C7:55:94:14:C4:6B:DA:EC:49:4C"
}
resource "null_resource" "barrier" {
  triggers = { motd = trust_file.motd.id }
}
`;

describeWith("terraform", "the provider in a mirror", () => {
  const sandbox = new CliSandbox();
  const mirror = sandbox.path("mirror");
  let stack: TerraformStack;

  beforeAll(async () => {
    expect(await sandbox.run("provider", "install", "mirror")).toMatchObject({ exitCode: 0, stderr: "" });
  });
  afterAll(() => sandbox.remove());

  beforeEach(() => {
    stack = new TerraformStack();
    stack.environment = { ...OFFLINE };
    mkdirSync(join(stack.directory, "host/opt"), { recursive: true });
    writeFileSync(join(stack.directory, "motd"), "welcome\n");
    stack.configure(CONFIGURATION);
  });
  afterEach(() => stack.remove());

  const lockFile = () => readFileSync(join(stack.directory, ".terraform.lock.hcl"), "utf8");
  const lockedVersions = () => [...lockFile().matchAll(/version += "(.*)"/g)].map(([, found]) => found);

  /** The configuration that the command prints, as Terraform's own. */
  async function configured(directory = mirror): Promise<void> {
    const { stdout } = await sandbox.run("provider", "install", directory);
    writeFileSync(join(stack.root, "terraformrc"), stdout.slice(stdout.indexOf("provider_installation")));
  }

  test("is found by the printed CLI configuration, from an empty folder to an empty plan", async () => {
    // GIVEN
    await configured();

    // WHEN
    stack.init();
    const applied = stack.apply();

    // THEN what the provider keeps of its start is no change of its package
    expect(applied.text).toContain("2 added");
    expect(readFileSync(join(stack.directory, "host/opt/motd"), "utf8")).toBe("welcome\n");
    expect(stack.plan()).toEqual([]);
    expect(lockedVersions()).toEqual([version, version]);
    stack.init();
    expect(stack.destroy().text).toContain("2 destroyed");
  });

  test("has one hash on all platforms, which a lock file of any of them holds", async () => {
    // GIVEN
    await configured();
    stack.init();
    const locked = lockFile();

    // WHEN
    const platforms = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"];
    const { status, text } = stack.run(
      "providers",
      "lock",
      `-fs-mirror=${mirror}`,
      ...platforms.map((platform) => `-platform=${platform}`),
    );

    // THEN
    expect({ status, text }).toMatchObject({
      status: 0,
      text: expect.stringContaining("no need for changes"),
    });
    expect(lockFile()).toBe(locked);
    // Of a registry's archive too.
    expect(locked.match(/h1:/g)).toHaveLength(2);
  });

  slowly("stays at its release until it is upgraded, and then replaces nothing", async () => {
    // GIVEN
    const growing = sandbox.path("growing");
    await configured(growing);
    stack.init();
    stack.apply();

    // WHEN
    installMirror(growing, { version: "99.0.0", program: readFileSync(built), licences: {} });
    stack.init();

    // THEN
    expect(lockedVersions()).toEqual([version, version]);

    // WHEN
    expect(stack.run("init", "-upgrade", "-input=false").status).toBe(0);

    // THEN
    expect(lockedVersions()).toEqual(["99.0.0", "99.0.0"]);
    expect(stack.plan()).toEqual([]);
  });

  test("is found by -plugin-dir", () => {
    expect(stack.run("init", "-input=false", `-plugin-dir=${mirror}`).status).toBe(0);
    expect(stack.plan()).toHaveLength(2);
  });

  slowly(
    "lies in the folders that Terraform looks into by itself, beside stacks that carry their own",
    async () => {
      // GIVEN
      const home = mkdtempSync(join(tmpdir(), "trust-home-"));
      stack.environment = { ...OFFLINE, HOME: home };
      await sandbox.run("provider", "install", join(home, ".terraform.d/plugins"));

      // THEN
      stack.init();
      expect(lockedVersions()).toEqual([version, version]);

      // WHEN what a stack of synth asks for is asked for
      const carrying = new TerraformStack(built);
      carrying.environment = { ...stack.environment };
      carrying.configure('resource "null_resource" "barrier" {}\n');
      const main = join(carrying.directory, "main.tf");
      writeFileSync(main, readFileSync(main, "utf8").replaceAll('" }', '", version = "1.0.0" }'));
      carrying.init();

      // THEN
      expect(readFileSync(join(carrying.directory, ".terraform.lock.hcl"), "utf8")).toContain('"1.0.0"');
      carrying.remove();
      rmSync(home, { recursive: true });
    },
  );

  slowly("goes on with a state that the provider of terraform.d wrote", async () => {
    // GIVEN
    installProvider(stack.directory, { bundle: built });
    stack.init();
    stack.apply();
    expect(lockedVersions()).toEqual(["1.0.0", "1.0.0"]);

    // WHEN
    rmSync(join(stack.directory, "terraform.d"), { recursive: true });
    await configured();
    expect(stack.run("init", "-upgrade", "-input=false").status).toBe(0);

    // THEN
    expect(lockedVersions()).toEqual([version, version]);
    expect(stack.plan()).toEqual([]);
  });

  test("of stacks is found under a configuration that names mirrors, where that names their folder", () => {
    // GIVEN
    const carrying = new TerraformStack(built);
    carrying.environment = { ...OFFLINE };
    carrying.configure('resource "null_resource" "barrier" {}\n');
    writeFileSync(
      join(carrying.root, "terraformrc"),
      'provider_installation {\n  filesystem_mirror {\n    path = "terraform.d/plugins"\n  }\n}\n',
    );

    // THEN
    carrying.init();
    expect(carrying.apply().text).toContain("1 added");
    carrying.remove();
  });
});
