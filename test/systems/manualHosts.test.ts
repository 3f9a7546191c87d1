import { unzipSync } from "fflate";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalProject } from "../support/localProject";

const MAIN = `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CesServer, ElectricFlowServer, Host, IntegrationServer, IspwServer, JavaServer, Partner, Secret, TrustStack,
  XmattersIntegrationAgent,
} from "@repository/lib";
const password = Secret.env("STORE_PASSWORD");
const app = new App();
const stack = new (class extends TrustStack {})(app, "manual");
const agent = (id, platform, home, props) => new XmattersIntegrationAgent(stack, id, {
  host: Host.manual(id, { platform }), home, serverAddress: id + ".example.com", keystorePassword: password,
  certificate: Certificate.selfSigned(), ...props,
});
agent("ia1", "posix", "/opt/ia", { iaConfig: "IAConfig.xml" });
agent("ia2", "windows", "C:\\\\Program Files\\\\ia", {});
const electricFlow = new ElectricFlowServer(stack, "ElectricFlow", {
  host: Host.manual("electricflow"), serverAddress: "flow.example.com", keystorePassword: password,
  certificate: Certificate.selfSigned(), callback: { contextParameter: "jobId" },
});
new IspwServer(stack, "Ispw", {
  host: Host.manual("ispw"), javaHome: "/usr/lpp/java/J8.0_64", cacertsPassword: password,
}).calls(electricFlow);
const is = new IntegrationServer(stack, "IS", { host: Host.manual("is"), instanceDirectory: "/opt/is" });
is.truststore("TRUST", { password, global: true });
is.keystore("KEYS", { password });
is.calls(Partner.at("https://login.example.com"), { id: "Azure", as: is.identity("azure", Certificate.selfSigned()) });
const msr = new IntegrationServer(stack, "MSR", {
  host: Host.manual("msr", { platform: "windows" }), instanceDirectory: "C:\\\\msr", delivery: "configuration-variables",
});
const keys = msr.keystore("MSR_KEYS", { password });
const port = msr.httpsPort("In", {
  names: ["msr.example.com"], port: 5543, keystore: keys, keyAlias: "msr", certificate: Certificate.selfSigned(),
});
msr.mapsCertificate("Partner", { certificateOf: port, user: "partner" });
new CesServer(stack, "Ces", {
  host: Host.manual("ces"), names: ["ces.example.com"], directory: "/opt/ces", password,
  certificate: Certificate.selfSigned(),
});
new JavaServer(stack, "Gateway", {
  host: Host.manual("gateway"), names: ["gateway.example.com"], port: 8443, alias: "gateway",
  keystorePath: "/etc/gateway/keystore.p12", truststorePath: "/etc/gateway/truststore.p12",
  keystorePassword: password, certificate: Certificate.selfSigned(), clientAuthentication: "require",
}).trusts("agent", stack.node.findChild("ia1").endpoint);
app.synth();
`;

describe("the bundle of a host that nobody may log in to", () => {
  const project = new LocalProject(MAIN);
  const iaConfig = readFileSync(join(__dirname, "../../stacks/local/IAConfig.xml"));
  const bundle = (host: string) => {
    const files = unzipSync(project.read(`cdktf.out/stacks/manual/artifacts/${host}.zip`));
    return { files, runbook: Buffer.from(files["RUNBOOK.md"] ?? []).toString() };
  };

  beforeAll(() => {
    project.write("IAConfig.xml", iaConfig);
    const result = project.synth({ STORE_PASSWORD: "a long enough password" });
    expect(result).toMatchObject({ status: 0 });
  });

  afterAll(() => {
    project.remove();
  });

  test.each([
    [
      "ia1",
      ["/opt/ia/bin/stop_daemon.sh", "get-status", "PRIMARY_ACCEPTED", "sh /opt/ia/conf/https-smoke-test.sh"],
    ],
    [
      "electricflow",
      ["set-server-address.sh", "ectool login admin", "ZKConfigTool", "set-ec-ispw-callbacks.sh"],
    ],
    ["ispw", ["PATH=/usr/lpp/java/J8.0_64/bin:$PATH", "-alias electricflow", "Restart CES"]],
    [
      "is",
      ["sh /opt/is/config/trust-setup.sh", "Loaded is Yes, and it lists azure", "Truststore Alias is TRUST"],
    ],
    ["ces", ["Host / Web settings", "port 48226", "/opt/ces/ces-keystore.jks"]],
  ])("says on %s what to do there, and how to see that it worked", (host, texts) => {
    const { runbook } = bundle(host);
    for (const text of texts) expect(runbook).toContain(text);
    expect(runbook).toMatch(/Check: .*fingerprint: `([0-9A-F]{2}:){31}[0-9A-F]{2}`/);
  });

  test("holds the site's own file as edited, where it was handed over", () => {
    const { files, runbook } = bundle("ia1");
    const edited = Buffer.from(files["files/opt/ia/conf/IAConfig.xml"] ?? []).toString();
    expect(edited).toBe(
      iaConfig.toString().replace('\n  <service-gateway ssl="false"', '\n  <service-gateway ssl="true"'),
    );
    expect(runbook).toContain("cp files/opt/ia/conf/IAConfig.xml /opt/ia/conf/IAConfig.xml");
  });

  test("says what to change, where it was not", () => {
    expect(bundle("ia2").runbook).toContain("Set the attribute `ssl` of the one element `service-gateway`");
  });

  test("holds the overlay store on Windows too, under a path that its commands know", () => {
    const { files, runbook } = bundle("ia2");
    expect(Object.keys(files)).toContain("files/C/Program Files/ia/conf/.keystore");
    expect(runbook).toContain(String.raw`-srckeystore "files\C\Program Files\ia\conf\.keystore"`);
  });

  test.each(["electricflow", "ispw", "ia1", "ia2", "ces", "is", "msr"])(
    "speaks on %s of no other copies than those of its run",
    (host) => expect(bundle(host).runbook).not.toContain(".orig"),
  );

  test("says what to answer where an alias is taken", () => {
    expect(bundle("electricflow").runbook).toContain("whether to overwrite `jetty`: answer yes.");
    expect(bundle("ia1").runbook).toContain("Any other is somebody else's: stop");
    expect(bundle("ispw").runbook).toContain(
      'keytool -changealias -alias electricflow -destalias electricflow-"$TRUST_RUN" -keystore /usr/lpp/java',
    );
    // Nothing is deleted before what is new is read.
    const [before = "", after = ""] = bundle("ispw").runbook.split("## What earlier bundles have left");
    expect(before).not.toContain("keytool -delete");
    expect(after).toContain("keytool -delete -alias ALIAS -keystore /usr/lpp/java");
  });

  test("tells to make by hand what a Microservices Runtime has no variables for", () => {
    const { runbook } = bundle("msr");
    expect(runbook).toContain(
      String.raw`if not defined SAG_IS_CONFIG_PROPERTIES if exist "C:\msr\application.properties" set "SAG_IS_CONFIG_PROPERTIES=C:\msr\application.properties"`,
    );
    expect(runbook).toContain(
      String.raw`(set "SAG_IS_CONFIG_PROPERTIES=%SAG_IS_CONFIG_PROPERTIES%,C:\msr\trust-variables.properties") else`,
    );
    expect(runbook).toContain(String.raw`C:\msr\logs\configurationvariables.log refuses no variable`);
    expect(runbook).toContain("make HTTPS port 5543 (Https5543), or look at it where it is there");
    expect(runbook).toContain(
      String.raw`Import C:\msr\config\partner.der for partner with usage SSL Authentication`,
    );
    expect(runbook).toContain("openssl s_client -connect localhost:5543 -showcerts <NUL");
    expect(runbook).toContain(
      String.raw`openssl x509 -inform der -in C:\msr\config\partner.der -noout -serial`,
    );
    expect(bundle("is").runbook).not.toContain("or look at it where it is there");
  });

  test("brings trust into its stores before identities", () => {
    const { runbook } = bundle("gateway");
    expect(runbook.indexOf("-importcert")).toBeGreaterThan(0);
    expect(runbook.indexOf("-importcert")).toBeLessThan(runbook.indexOf("-importkeystore"));
  });
});
