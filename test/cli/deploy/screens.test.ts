import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import stringWidth from "string-width";
import { runCli } from "../../../lib/cli/run";
import { makeCertificate } from "../../support/certificateMaker";
import { LocalProject } from "../../support/localProject";
import { describeWith, slowly } from "../../support/tools";

/** A server, a client on a host of ours, one on a host that nobody may log in to, a partner, and what is none of ours. */
const STACK = `
import { App, DataResource } from "@repository/node_modules/cdktf";
import { Certificate, CertificateAuthority, ConfigFile, Host, JavaClient, JavaServer, Partner, PartnerCertificate, Secret, TrustFile, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example Corporate CA" });
    const password = Secret.file("password");
    const stock = new JavaServer(this, "Stock", {
      host: Host.local("stock"),
      names: ["warehouse-and-stock-keeping.production.example.com"],
      port: 48226,
      keystorePath: "/opt/warehouse/applications/stock-keeping/configuration/tls/keystore.p12",
      keystorePassword: password,
      alias: "stock",
      certificate: Certificate.issuedBy(authority, { validityDays: DAYS }),
    });
    const client = (name, host) =>
      new JavaClient(this, name, { host, truststore: "/etc/shop/truststore.p12", password });
    const shop = client("Shop", Host.local("shop"));
    shop.calls(stock);
    client("Mainframe", Host.manual("mainframe")).calls(stock);
    shop.calls(Partner.at("https://bank.example.com:8443", {
      presents: new PartnerCertificate(this, "BankRoot", { file: "bank-root.pem" }),
    }));
    new ConfigFile(this, "Settings", {
      host: Host.local("stock"),
      path: "/opt/warehouse/stock.properties",
      settings: [
        { kind: "property", key: "tls.port", value: "PORT" },
        { kind: "property", key: "tls.storePassword", value: "theirs-to-come" },
      ],
    });
    new DataResource(this, "Ticket", { input: "CHG0012345" });
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

/** Of deploy three times, verify with a red hop, and destroy. */
const EXIT_CODES = [0, 0, 0, 1, 0];
const SCREENS = join(__dirname, "screens");

describeWith("terraform", "the screens of a deploy", () => {
  const project = new LocalProject(stack("90", "48226"));
  const settings = process.env["TF_CLI_CONFIG_FILE"];

  function stack(days: string, port: string): string {
    return STACK.replace("DAYS", days).replace("PORT", port);
  }

  beforeAll(() => {
    process.env["TF_CLI_CONFIG_FILE"] = project.path("terraform.rc");
    const now = new Date("2026-01-01T00:00:00Z");
    const bank = makeCertificate({ now, subject: "Example bank root", authority: true, toDays: 3650 });
    project.write("terraform.rc", "");
    project.write("bank-root.pem", pemOf(bank.chain[0]));
    project.write("password", "store-password-t6Yh4Nd9\n");
    chmodSync(project.path("password"), 0o600);
    project.write(
      ".local/hosts/stock/opt/warehouse/stock.properties",
      "tls.port=80\ntls.storePassword=theirs\n",
    );
    for (const folder of [
      "stock/opt/warehouse/applications/stock-keeping/configuration/tls",
      "shop/etc/shop",
    ])
      mkdirSync(project.path(`.local/hosts/${folder}`), { recursive: true });
    project.keep();
  });

  afterAll(() => {
    project.remove();
    if (settings === undefined) delete process.env["TF_CLI_CONFIG_FILE"];
    else process.env["TF_CLI_CONFIG_FILE"] = settings;
  });

  /** What somebody sees, both streams in one. */
  async function screenOf(columns: number | undefined, ...words: readonly string[]) {
    let text = "";
    const output = { write: (more: string) => (text += more), ...(columns === undefined ? {} : { columns }) };
    const exitCode = await runCli(words, {
      stdout: output,
      stderr: output,
      stdin: () => Readable.from([]),
      environment: {},
      workingDirectory: project.directory,
      now: new Date(),
      clock: () => 0,
      randomBytes: (length) => process.getBuiltinModule("node:crypto").randomBytes(length),
    });
    return { exitCode, text: withoutChance(text) };
  }

  /** Fingerprints and days differ from run to run, and are as long. */
  function withoutChance(text: string): string {
    return text
      .replaceAll(project.directory, "/project")
      .replaceAll(/[0-9A-F]{2}(?=:|\b)(?::[0-9A-F]{2}){7,}/g, (hex) => hex.replaceAll(/[0-9A-F]/g, "F"))
      .replaceAll(/20\d\d-\d\d-\d\d/g, "2030-01-01")
      .replaceAll(/_[0-9a-f]{8}\b/g, "_12345678");
  }

  /** As it was looked at; `UPDATE_SCREENS=1` writes it anew, to be looked at again. */
  function expectScreen(name: string, text: string): void {
    const file = join(SCREENS, `${name}.txt`);
    if (process.env["UPDATE_SCREENS"] === "1") {
      mkdirSync(SCREENS, { recursive: true });
      writeFileSync(file, text);
    }
    expect(existsSync(file)).toBe(true);
    expect(text).toBe(readFileSync(file, "utf8"));
  }

  /** First deploy, no change, one change, a red hop, destroy. */
  async function lookAt(width: string, columns: number | undefined): Promise<number[]> {
    project.restore();
    project.writeMain(stack("90", "48226"));
    const deploy = () => screenOf(columns, "deploy", "--auto-approve");
    const firstDeploy = await deploy();
    const noChange = await deploy();
    project.writeMain(stack("120", "48227"));
    const oneChange = await deploy();
    rmSync(project.path(".local/hosts/shop/etc/shop/truststore.p12"), { force: true });
    const redHop = await screenOf(columns, "verify");
    const destroy = await screenOf(columns, "destroy", "--auto-approve");
    const screens = {
      "first-deploy": firstDeploy,
      "no-change": noChange,
      "one-change": oneChange,
      "red-hop": redHop,
      destroy,
    };

    for (const [name, { text }] of Object.entries(screens)) expectScreen(`${name}.${width}`, text);
    const exitCodes = Object.values(screens).map(({ exitCode }) => exitCode);
    const lines = Object.values(screens).flatMap(({ text }) => text.split("\n"));
    if (columns !== undefined) {
      expect(lines.filter((each) => stringWidth(each) > columns)).toEqual([]);
      return exitCodes;
    }
    // Nothing is drawn, nothing is written over, and no line stands twice.
    const first = screens["first-deploy"].text;
    expect(first).not.toMatch(/[│─┌…]|\p{Cc}(?<!\n)/u);
    const said = first.split("\n").filter((each) => !/^ |^$/.test(each));
    expect(said).toEqual([...new Set(said)]);
    return exitCodes;
  }

  slowly("fit 80 columns", async () => expect(await lookAt("80", 80)).toEqual(EXIT_CODES), 300_000);

  slowly(
    "fit 120 columns (SLOW=1)",
    async () => expect(await lookAt("120", 120)).toEqual(EXIT_CODES),
    300_000,
  );

  test(
    "are lines and plain columns where there is no terminal",
    async () => expect(await lookAt("plain", undefined)).toEqual(EXIT_CODES),
    300_000,
  );

  test("the log has Terraform's whole account, for its owner alone, and no secret", () => {
    const log = project.path("cdktf.out/local/stacks/shop/deploy.log");
    const text = readFileSync(log, "utf8");
    expect(text).toContain("Terraform will perform the following actions:");
    expect(text).toContain("trust_key_entry.Stock_Endpoint_KeyEntry");
    expect(text).toContain("Apply complete!");
    expect(text).not.toContain("store-password-t6Yh4Nd9");
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });
});

function pemOf(der: Uint8Array | undefined): string {
  const lines =
    Buffer.from(der ?? [])
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
