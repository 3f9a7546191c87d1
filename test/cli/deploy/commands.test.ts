import { existsSync, rmSync } from "node:fs";
import { applyStacks } from "../../../lib/cli/deploy/deploy";
import { readStacks } from "../../../lib/cli/deploy/manifest";
import { unseen } from "../../../lib/cli/deploy/progress";
import { outcomeLine } from "../../../lib/cli/deploy/stackReport";
import { textOf } from "../../../lib/cli/screen";
import { LocalProject } from "../../support/localProject";

const ONE_STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack } from "@repository/lib";
class Stack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    new HttpsCallbackEndpoint(this, "Endpoint", {
      names: ["app.example.com"],
      port: 8443,
      identity: new Keystore(this, "Keystore", { host: Host.local("app"), path: "/keys.jks", password: Secret.file("password") }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
  }
}
const app = new App();
new Stack(app, process.env.STACK_NAME ?? "one");
app.synth();
`;

describe("the commands on stacks", () => {
  const project = new LocalProject(ONE_STACK, { environments: { production: {} } });

  beforeAll(() => project.write("password", "store-password\n"));

  afterAll(() => project.remove());

  test("deploy without Terraform stops with one sentence that says where to get it", () => {
    const words = ["deploy", "--auto-approve"];
    const result = project.run(process.execPath, [LocalProject.program, ...words], {
      PATH: "",
      TERRAFORM_BINARY_NAME: "terraform",
    });
    expect(result).toMatchObject({ status: 2, stdout: "" });
    expect(result.stderr).toBe(
      "error: Terraform is not on the PATH: install 1.11 or later from https://developer.hashicorp.com/terraform/install and run the command again.\n",
    );
    expect(existsSync(project.path("cdktf.out"))).toBe(false);
  });

  test("synth says where each stack was written, for people and for tools", () => {
    expect(project.cli("synth")).toMatchObject({
      status: 0,
      stdout: `one: ${project.path("cdktf.out/local/stacks/one")}\n`,
    });
    const [stack] = JSON.parse(project.cli("synth", "--json").stdout) as unknown[];
    expect(stack).toEqual({
      name: "one",
      workingDirectory: project.path("cdktf.out/local/stacks/one"),
      warnings: [],
    });
  });

  test("an unknown stack is refused with the names of those there are", () => {
    const result = project.cli("synth", "two");
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('error: there is no stack "two"; there are: one.');
  });

  test("an environment that cannot be a name is refused", () => {
    const result = project.cli("synth", "--environment", "../production");
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('the environment is "../production"');
  });

  test("a stack that is declared no more leaves no store behind", () => {
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    expect(existsSync(project.path("cdktf.out/local/stacks/one/artifacts"))).toBe(true);
    project.writeMain(ONE_STACK.replace('process.env.STACK_NAME ?? "one"', '"other"'));
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    expect(existsSync(project.path("cdktf.out/local/stacks/one/artifacts"))).toBe(false);
    expect(existsSync(project.path("cdktf.out/local/stacks/other/artifacts"))).toBe(true);
    project.writeMain(ONE_STACK);
  });

  test("changes that nobody can approve are not made", () => {
    project.write(".local/hosts/app/placeholder", "");
    const result = project.cli("deploy");
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("add --auto-approve to make them");
    expect(existsSync(project.path(".local/hosts/app/keys.jks"))).toBe(false);
  }, 60_000);

  test("changes that somebody turns down are not reported as made", async () => {
    project.write(".local/hosts/app/placeholder", "");
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    const output = readStacks(project.path("cdktf.out/local"), {
      project: "cdktf-trust",
      environment: "local",
    });
    const nobody = () => undefined;
    const { results: outcomes } = await applyStacks(
      { output, chosen: output.stacks },
      {
        ...unseen,
        clock: () => 0,
        parallel: 1,
        report: { changes: nobody, outcome: nobody, failed: nobody, notBegun: nobody },
        approve: async () => await Promise.resolve(false),
        destroy: false,
      },
    );
    expect(outcomes).toMatchObject([{ stack: "one", applied: false }]);
    const words = { applied: "deployed", nothing: "No changes" };
    expect(outcomes.map((each) => textOf(outcomeLine(each, words, { number: 1, of: 1 })))).toEqual([
      "one: not changed, because the changes were not approved (stack 1 of 1, 0.0 s)",
    ]);
    expect(existsSync(project.path(".local/hosts/app/keys.jks"))).toBe(false);
  }, 60_000);

  test("verify does not take one environment's stacks for another's", () => {
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    const result = project.cli("verify", "--environment", "production");
    expect(result).toMatchObject({ status: 2, stdout: "" });
    expect(result.stderr).toContain(`there is nothing in ${project.path("cdktf.out/production")} yet`);
    expect(project.cli("verify", "--environment", "local")).toMatchObject({ status: 0 });
  });

  test("verify before anything was synthesised says what to run", () => {
    rmSync(project.path("cdktf.out"), { recursive: true, force: true });
    const result = project.cli("verify");
    expect(result).toMatchObject({ status: 2, stdout: "" });
    expect(result.stderr).toContain("run cdktf-trust deploy");
    expect(result.stderr).not.toContain("ENOENT");
  });

  test("a declaration that cannot be is told in its own words alone", () => {
    project.writeMain(ONE_STACK.replace("port: 8443", "port: 0"));
    expect(project.cli("synth").stderr).toMatch(
      /synth failed \(.*\):\n\s*0 is no port: give a whole number from 1 to 65535\.\n\s+at main\.cjs:\d+:\d+\n$/,
    );
    project.writeMain(ONE_STACK);
  });

  test("a secret that is missing is told without a trace", () => {
    rmSync(project.path("password"));
    const { stderr } = project.cli("synth");
    expect(stderr).toContain("(stack one, environment local) is not at hand. file:password: ");
    expect(stderr).not.toContain("stack trace");
    project.write("password", "store-password\n");
  });

  test("output that nobody reads to its end is no error", () => {
    project.prepare();
    const cacerts = ".local/hosts/ispw/usr/lpp/java/J8.0_64/lib/security/cacerts";
    const list = `store list ${cacerts} --password file:.local/secrets/ispw-cacerts --json`;
    const result = project.run("sh", [
      "-c",
      `"${process.execPath}" "${LocalProject.program}" ${list} | head -n 1`,
    ]);
    expect(result).toEqual({ status: 0, stdout: "{\n", stderr: "" });
  });

  test("outside a project it says what is missing", () => {
    const result = project.run(process.execPath, [LocalProject.program, "synth"], {}, "..");
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('no cdktf.json with an "app"');
  });
});
