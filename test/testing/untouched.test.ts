import { LocalProject } from "../support/localProject";

/** Stacks in a function, so that the app and its test declare the same. */
const STACKS = `
import { TerraformOutput, TerraformStack } from "@repository/node_modules/cdktf";
import { Certificate, Environment, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class ShopStack extends TrustStack {
  constructor(app, id) {
    super(app, id);
    const store = (name) =>
      new Keystore(this, name, { host: this.environment.host("stock"), path: "/etc/" + name + ".p12", password: Secret.named("stores") });
    const stock = new HttpsCallbackEndpoint(this, "Stock", {
      names: ["stock.example.com"], port: 8443, identity: store("keys").entry("stock"), certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    new TruststoreEntry(this, "Anchor", { truststore: store("trust"), alias: "stock", trusts: stock });
  }
}
function declare(app) {
  new ShopStack(app, "shop");
  new TerraformOutput(new TerraformStack(app, "plain"), "said", { value: "by an ordinary stack" });
}
`;

const APP = `
import { App } from "@repository/node_modules/cdktf";
${STACKS}
const app = new App();
declare(app);
app.synth();
`;

const TEST = (options: string) => `
import { synthesiseForTest } from "@repository/lib";
${STACKS}
console.log(JSON.stringify(synthesiseForTest(declare, ${options})));
`;

interface Printed {
  readonly environment: string;
  readonly hops: readonly { readonly ok: boolean }[];
  readonly stacks: readonly { readonly name: string; readonly terraform: object }[];
}

const PROD = {
  frozen: true,
  lockKey: "cmd:touch lock-key-was-asked-for",
  hosts: { stock: "local:/" },
  secrets: { stores: "cmd:touch secret-was-asked-for; echo a-secret" },
};

describe("a test in a project", () => {
  const project = new LocalProject(APP, { environments: { prod: PROD } });

  afterAll(() => project.remove());

  function runTest(options: string, variables: Readonly<Record<string, string>> = {}): Printed {
    project.writeMain(TEST(options));
    const result = project.run(process.execPath, ["main.cjs"], variables);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    return JSON.parse(result.stdout) as Printed;
  }

  test("writes nothing into it, asks for no secret and looks at no lock, however frozen", () => {
    project.write("trust.lock.prod.json", "this is no lock");
    project.writeMain(TEST(`{ environment: "prod" }`));
    project.read("cdktf.json");
    const before = project.snapshot(".");
    const printed = runTest(`{ environment: "prod" }`);
    expect(printed).toMatchObject({ environment: "prod", hops: [{ ok: true }] });
    before.delete("terraform.rc");
    const after = project.snapshot(".");
    after.delete("terraform.rc");
    expect(after).toEqual(before);
  });

  test("does not depend on what the machine's variables say", () => {
    const said = { CDKTF_OUTDIR: "elsewhere", CDKTF_TRUST_NO_ARTIFACTS: "1", CDKTF_TRUST_STACKS: "[]" };
    const context = { CDKTF_CONTEXT_JSON: JSON.stringify({ environment: "local" }) };
    const options = `{ environment: "prod" }`;
    expect(runTest(options, { ...said, ...context })).toEqual(runTest(options));
    expect([...project.snapshot(".").keys()].filter((path) => path.startsWith("elsewhere"))).toEqual([]);
  });

  test("gives the Terraform JSON that the command writes, but for certificates", () => {
    const printed = runTest("{}");
    project.writeMain(APP);
    project.write(".local/secrets/stores", "a secret of this machine\n");
    expect(project.cli("synth")).toMatchObject({ status: 0 });
    for (const { name, terraform } of printed.stacks) {
      const written: unknown = JSON.parse(
        project.read(`cdktf.out/local/stacks/${name}/cdk.tf.json`).toString(),
      );
      expect(masked(terraform)).toEqual(masked(withoutNotes(written)));
    }
    expect(printed.stacks.map(({ name }) => name)).toEqual(["shop", "plain"]);
  });
});

/** Fingerprints, dates and names made of them are those of other certificates. */
function masked(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/([0-9A-F]{2}:){31}[0-9A-F]{2}/g, "fingerprint")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "date")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "digest")
    .replaceAll(/_[0-9a-f]{8}\b/g, "_short");
  return JSON.parse(text);
}

function withoutNotes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, member: unknown) => {
    if (typeof member === "object" && member !== null && "//" in member) delete member["//"];
    return member;
  });
}
