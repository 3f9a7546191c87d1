import { chmodSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly, tool } from "../support/tools";

/** A proxy that refuses every connection (port 9, discard), so that nothing can be fetched. */
const NOWHERE = "http://127.0.0.1:9";
const OFFLINE = Object.fromEntries(
  ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, NOWHERE]),
);

const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class PlainStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const host = Host.local("orders");
    const password = Secret.file("password");
    const endpoint = new HttpsCallbackEndpoint(this, "Orders", {
      names: ["orders.example.com"], port: 8443,
      identity: new Keystore(this, "Keystore", { host, path: "/opt/keystore.p12", password }).entry("server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    const truststore = new Keystore(this, "Truststore", { host, path: "/opt/truststore.jks", password });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "orders", trusts: endpoint });
  }
}
const app = new App();
new PlainStack(app, "plain");
app.synth();
`;

function escape(text: string): string {
  return text.replaceAll(/[\\[\]./"]/g, "\\$&");
}

describeWith("terraform", "plain Terraform, offline, in the stack's folder", () => {
  const project = new LocalProject(SOURCE);

  beforeAll(() => {
    project.write("password", "stores-of-orders-1\n");
    chmodSync(project.path("password"), 0o600);
    project.write(".local/hosts/orders/opt/.keep", "");
    expect(project.synth()).toMatchObject({ status: 0 });
  });

  afterAll(() => project.remove());

  function terraform(...words: readonly string[]): ProgramResult {
    return project.run(tool("terraform"), words, OFFLINE, "cdktf.out/stacks/plain");
  }

  test("init and plan work with the provider from the folder, which serves the barriers too", () => {
    const init = terraform("init", "-no-color");
    expect(init).toMatchObject({ status: 0 });
    expect(init.stdout).toContain("cdktf-trust.invalid/cdktf-trust/trust v1.0.0 (unauthenticated)");
    expect(init.stdout).not.toContain("/null");
    expect(terraform("validate", "-no-color")).toMatchObject({ status: 0 });
    const plan = terraform("plan", "-no-color");
    expect(plan).toMatchObject({ status: 0 });
    expect(plan.stdout).toContain("Plan: 5 to add, 0 to change, 0 to destroy.");
  });

  test("apply works, and a plan afterwards is empty", () => {
    expect(terraform("apply", "-no-color", "-auto-approve")).toMatchObject({ status: 0 });
    expect(terraform("plan", "-no-color", "-detailed-exitcode")).toMatchObject({ status: 0 });
  });

  slowly("another synth leaves the initialised folder as it is", () => {
    expect(project.synth()).toMatchObject({ status: 0 });
    expect(terraform("plan", "-no-color", "-detailed-exitcode")).toMatchObject({ status: 0 });
    expect(terraform("init", "-no-color", "-lockfile=readonly")).toMatchObject({ status: 0 });
  });

  test("barriers that the embedded null provider made are no change, and pass to ours with the next one", () => {
    // GIVEN the state of an earlier version
    const states = ".local/state/plain.tfstate";
    const ours = 'provider[\\"cdktf-trust.invalid/cdktf-trust/trust\\"]';
    const former = ours.replace("/trust\\", "/null\\");
    const state = project.read(states).toString();
    const row = new RegExp(
      `("type": "null_resource",\\s+"name": "\\w+",\\s+"provider": ")${escape(ours)}`,
      "g",
    );
    project.write(states, state.replace(row, `$1${former}`));
    expect(project.read(states).toString()).toContain(former);

    // WHEN
    expect(terraform("init", "-no-color").stdout).toContain("cdktf-trust/null v1.0.0");

    // THEN
    expect(terraform("plan", "-no-color", "-detailed-exitcode")).toMatchObject({ status: 0 });
    expect(terraform("apply", "-no-color", "-auto-approve")).toMatchObject({ status: 0 });
    expect(project.read(states).toString()).not.toContain(former);
  });
});
