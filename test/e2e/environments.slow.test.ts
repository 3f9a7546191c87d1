import { chmodSync, existsSync } from "node:fs";
import { readStore } from "../../lib/keystore";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

const PASSWORD = "stores-of-both-environments-1";

/** Two stacks on hosts whose roots are below a folder of their environment. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class PairStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const environment = this.node.tryGetContext("environment");
    const host = Host.local(id, { root: "machines/" + environment + "/" + id });
    const password = Secret.file("password");
    const endpoint = new HttpsCallbackEndpoint(this, "Server", {
      names: [id + ".example.com"], port: 8443,
      identity: new Keystore(this, "Keystore", { host, path: "/opt/keystore.p12", password }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    const truststore = new Keystore(this, "Truststore", { host, path: "/opt/truststore.p12", password });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "server", trusts: endpoint });
  }
}
const app = new App();
new PairStack(app, "orders");
new PairStack(app, "billing");
app.synth();
`;

describeWith("terraform", "two environments in one checkout", () => {
  const project = new LocalProject(SOURCE, {
    environments: {
      tst: { frozen: false, lockKey: "file:key" },
      prod: { frozen: false, lockKey: "file:key" },
    },
  });

  beforeAll(() => {
    for (const [file, secret] of [
      ["password", PASSWORD],
      ["key", "key-of-both-locks-k3Vb8sLw2Qz7"],
    ] as const) {
      project.write(file, `${secret}\n`);
      chmodSync(project.path(file), 0o600);
    }
    for (const environment of ["tst", "prod"])
      for (const host of ["orders", "billing"])
        project.write(`machines/${environment}/${host}/opt/.keep`, "");
  });

  afterAll(() => project.remove());

  function cli(command: string, environment: string, ...words: readonly string[]): ProgramResult {
    const result = project.cli(command, ...words, "--environment", environment);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
    return result;
  }

  /** All that is of an environment: hosts, states, output and lock. */
  function allOf(environment: string): ReadonlyMap<string, string> {
    const files = [...project.snapshot(".")].filter(([path]) =>
      path.split(/[/.]/).some((part) => part === environment),
    );
    return new Map(files);
  }

  test("deployed and destroyed in turn, neither touches anything of the other", () => {
    cli("deploy", "tst", "--auto-approve");
    const tst = allOf("tst");
    expect([...tst.keys()]).toEqual(
      expect.arrayContaining([
        "state/tst/orders.tfstate",
        "state/tst/billing.tfstate",
        "trust.lock.tst.json",
        "machines/tst/orders/opt/keystore.p12",
        "cdktf.out/tst/stacks/orders/trust-plan.json",
      ]),
    );

    cli("deploy", "prod", "--auto-approve");
    expect(allOf("tst")).toEqual(tst);
    expect(cli("deploy", "tst", "--auto-approve").stdout).toMatch(
      /billing: No changes .*\norders: No changes/,
    );

    const prod = allOf("prod");
    const destroyed = cli("destroy", "tst", "--auto-approve");
    expect(destroyed.stdout).toMatch(/^orders: destroyed .*\nbilling: destroyed .*\n$/);
    expect(allOf("prod")).toEqual(prod);
    expect(existsSync(project.path("machines/tst/orders/opt/keystore.p12"))).toBe(false);
    const aliases = readStore(project.read("machines/prod/orders/opt/truststore.p12"), PASSWORD).entries;
    expect(aliases.map(({ alias }) => alias)).toEqual(["server"]);
  }, 300_000);

  slowly(
    "and so the other way round, one stack being deployed again (SLOW=1)",
    () => {
      cli("deploy", "tst", "--auto-approve", "orders");
      cli("destroy", "prod", "--auto-approve");
      expect(existsSync(project.path("machines/prod/orders/opt/keystore.p12"))).toBe(false);
      expect(existsSync(project.path("machines/tst/orders/opt/keystore.p12"))).toBe(true);
    },
    300_000,
  );

  test("an environment that is not declared is refused, with the lines that declare it", () => {
    const commands = ["deploy", "lock", "synth", "plan", "verify", "destroy"];
    for (const command of process.env["SLOW"] === "1" ? commands : commands.slice(0, 2)) {
      const refused = project.cli(command, "--environment", "stage");
      expect(refused).toMatchObject({ status: 2, stdout: "" });
      expect(refused.stderr).toBe(
        'error: the environment "stage" is not declared; cdktf.json declares tst, prod, and local needs no declaration. ' +
          'If it is meant, add it to "environments" in the "context" of cdktf.json:\n' +
          '    "environments": {\n      "stage": {}\n',
      );
    }
  });

  test("the output of another environment is not taken for the one that is meant", () => {
    cli("synth", "prod");
    const plan = "cdktf.out/prod/stacks/orders/trust-plan.json";
    const written = project.read(plan).toString();
    project.write(plan, written.replace('"environment": "prod"', '"environment": "tst"'));
    const verify = project.cli("verify", "--environment", "prod");
    expect(verify).toMatchObject({ status: 2, stdout: "" });
    expect(verify.stderr).toContain(
      "stack orders was last synthesised for the environment tst, not for prod",
    );
    project.write(plan, written.replace('"project": "cdktf-trust"', '"project": "other"'));
    expect(project.cli("verify", "--environment", "prod").stderr).toContain(
      "stack orders was synthesised by the project other, not by cdktf-trust",
    );
  });

  test("an output directory that beats the environment's is refused", () => {
    project.writeMain(SOURCE.replace("new App()", 'new App({ outdir: "elsewhere" })'));
    const refused = project.cli("synth", "--environment", "tst");
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain('take "outdir" out of new App({ outdir })');
    project.writeMain(SOURCE);
    const other = project.synth({ CDKTF_OUTDIR: project.path("cdktf.out/prod") });
    expect(other.status).not.toBe(0);
    expect(other.stderr).toContain(
      'is the output directory of another environment, and the context says "local"',
    );
  });
});
