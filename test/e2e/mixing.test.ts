import { mkdirSync } from "node:fs";
import { keytoolList } from "../provider/support/stores";
import { LocalProject } from "../support/localProject";
import { describeWith, slowly, tool } from "../support/tools";

const IMPORTS = `
import { App, Aspects, Annotations, DataResource, DataTerraformRemoteStateLocal, TerraformOutput, TerraformResource, TerraformStack } from "@repository/node_modules/cdktf";
import { Resource } from "@repository/node_modules/@cdktf/provider-null/lib/resource";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";

class ShopStack extends TrustStack {
  constructor(app, id) {
    super(app, id);
    const store = (name) =>
      new Keystore(this, name, { host: Host.local("stock"), path: "/etc/" + name + ".p12", password: Secret.file("password") });
    this.keys = store("keys");
    this.stock = new HttpsCallbackEndpoint(this, "Stock", {
      names: ["stock.example.com"], port: 8443, identity: this.keys.entry("stock"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    new TruststoreEntry(this, "Anchor", { truststore: store("trust"), alias: "stock", trusts: this.stock });
    const { certificate } = this.stock.identity;
    new TerraformOutput(this, "stock_sha256", { value: certificate.sha256, staticId: true });
    new TerraformOutput(this, "stock_expires", { value: certificate.notAfter, staticId: true });
    this.watch = new Resource(this, "Watch", { triggers: { sha256: certificate.sha256, path: this.keys.path } });
  }
}

/** An ordinary stack that takes a fingerprint, a date and a path, and something that Terraform alone knows. */
class MonitorStack extends TerraformStack {
  constructor(app, id, shop) {
    super(app, id);
    const { certificate, anchor } = shop().stock.identity;
    const watched = new DataResource(this, "Watched", {
      triggersReplace: { sha256: certificate.sha256, path: shop().keys.path },
    });
    new TerraformOutput(this, "expires", { value: certificate.notAfter, staticId: true });
    new TerraformOutput(this, "text", { value: "until " + certificate.notAfter + ", " + certificate.subject, staticId: true });
    new TerraformOutput(this, "pem", { value: anchor.pem, staticId: true });
    new TerraformOutput(this, "watch", { value: shop().watch.id, staticId: true });
    void watched;
  }
}

/** One that reads the outputs of another's state. */
class ReportStack extends TerraformStack {
  constructor(app, id) {
    super(app, id);
    const shop = new DataTerraformRemoteStateLocal(this, "Shop", { path: "../../../../.local/state/shop.tfstate" });
    new TerraformOutput(this, "sha256", { value: shop.getString("stock_sha256"), staticId: true });
  }
}
`;

const FIRST = `${IMPORTS}
const app = new App();
const shop = new ShopStack(app, "shop");
new MonitorStack(app, "monitor", () => shop);
new ReportStack(app, "report");
app.synth();
`;

/** The ordinary stacks stand before ours, so that CDKTF prepares them first. */
const LAST = `${IMPORTS}
const app = new App();
const report = new ReportStack(app, "report");
const monitor = new TerraformStack(app, "monitor");
const shop = new ShopStack(app, "shop");
const { certificate } = shop.stock.identity;
new TerraformOutput(monitor, "expires", { value: certificate.notAfter, staticId: true });
new TerraformOutput(monitor, "watch", { value: shop.watch.id, staticId: true });
app.synth();
`;

describeWith(["terraform", "keytool"], "ordinary stacks beside ours", () => {
  const project = new LocalProject(FIRST);
  const terraform = (stack: string, ...words: readonly string[]) =>
    project.run(tool("terraform"), words, {}, `cdktf.out/local/stacks/${stack}`);

  function applied(stack: string): Record<string, string> {
    expect(terraform(stack, "init")).toMatchObject({ status: 0 });
    expect(terraform(stack, "apply", "-auto-approve")).toMatchObject({ status: 0 });
    return outputsOf(stack);
  }

  function outputsOf(stack: string): Record<string, string> {
    const printed = JSON.parse(terraform(stack, "output", "-json").stdout) as Record<
      string,
      { value: string }
    >;
    return Object.fromEntries(Object.entries(printed).map(([name, { value }]) => [name, value]));
  }

  beforeAll(() => {
    mkdirSync(project.path(".local/hosts/stock/etc"), { recursive: true });
    project.write("password", "stores-of-the-mixed-app\n");
  });

  afterAll(() => project.remove());

  test("ours is deployed, and its outputs say what keytool reads in the store", () => {
    const result = project.cli("deploy", "--auto-approve");
    expect(result).toMatchObject({ status: 0 });
    const outputs = outputsOf("shop");
    const listed = keytoolList(project.path(".local/hosts/stock/etc/keys.p12"), "stores-of-the-mixed-app");
    expect(listed).toEqual({ stock: `PrivateKeyEntry ${outputs["stock_sha256"]}` });
    expect(outputs["stock_expires"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test("an ordinary stack takes fingerprint, expiry and path, and what Terraform alone knows", () => {
    const shop = outputsOf("shop");
    const monitor = applied("monitor");
    expect(monitor["expires"]).toBe(shop["stock_expires"]);
    expect(monitor["text"]).toBe(`until ${shop["stock_expires"]}, CN=stock.example.com`);
    expect(monitor["pem"]).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(monitor["watch"]).toMatch(/^\d+$/);
    const state = terraform("monitor", "show", "-json").stdout;
    expect(state).toContain(shop["stock_sha256"]);
    expect(state).toContain("/etc/keys.p12");
  });

  test("and one reads ours from our state", () => {
    expect(applied("report")["sha256"]).toBe(outputsOf("shop")["stock_sha256"]);
  });

  test("a second deploy and a second apply change nothing", () => {
    expect(project.cli("plan")).toMatchObject({ status: 0 });
    expect(terraform("monitor", "plan", "-detailed-exitcode")).toMatchObject({ status: 0 });
  });

  slowly("it does not matter which stack stands first", () => {
    const before = outputsOf("shop");
    project.writeMain(LAST);
    const result = project.cli("deploy", "--auto-approve");
    expect(result).toMatchObject({ status: 0 });
    expect(outputsOf("shop")).toMatchObject(before);
    expect(applied("monitor")).toMatchObject({
      expires: before["stock_expires"],
      watch: expect.stringMatching(/^\d+$/),
    });
  });
});
