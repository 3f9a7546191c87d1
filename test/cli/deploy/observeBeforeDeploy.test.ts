import { existsSync, mkdirSync, rmSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../../support/localProject";
import { describeWith, slowly } from "../../support/tools";
import { makeIdentity, keyEntry, writeTestStore } from "../../provider/support/stores";

const PASSWORD = "keystore-password-t6Yh4Nd9";

/** Writes down each of its runs, and what it was asked for. */
const STACK = `
import { appendFileSync } from "node:fs";
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
appendFileSync("runs.log", process.env.CDKTF_TRUST_PLAN_ONLY === "1" ? "plan\\n" : "synth\\n");
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.env("STORE_PASSWORD");
    const keystore = new Keystore(this, "Keystore", { host: Host.local("flow"), path: "/conf/keystore", password, profile: "jks", ifMissing: "fail" });
    const jetty = new HttpsCallbackEndpoint(this, "Jetty", {
      names: ["flow.example.com"], port: 8443, identity: keystore.entry("jetty"), certificate: Certificate.existing(),
    });
    const truststore = new Keystore(this, "Truststore", { host: Host.local("billing"), path: "/opt/truststore.p12", password, profile: "modern" });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "flow", trusts: jetty });
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

describeWith("terraform", "a deploy in the environment local", () => {
  const project = new LocalProject(STACK);

  beforeAll(() => {
    for (const folder of ["flow/conf", "billing/opt"])
      mkdirSync(project.path(`.local/hosts/${folder}`), { recursive: true });
  });

  afterAll(() => project.remove());

  /** A key of the product's own, as an administrator puts it there. */
  function putKey(seed: string): void {
    writeTestStore(project.path(".local/hosts/flow/conf/keystore"), "jks", PASSWORD, [
      keyEntry("jetty", makeIdentity("flow.example.com", seed)),
    ]);
  }

  /** What it says, and how often it ran the app. */
  function deploy(...words: readonly string[]): ProgramResult & { readonly runs: readonly string[] } {
    rmSync(project.path("runs.log"), { force: true });
    const line = [LocalProject.program, "deploy", "--auto-approve", ...words];
    const result = project.run(process.execPath, line, { STORE_PASSWORD: PASSWORD });
    const runs = existsSync(project.path("runs.log"))
      ? String(project.read("runs.log")).trim().split("\n")
      : [];
    return { ...result, runs };
  }

  test("reads hosts before it synthesises where there is no lock yet", () => {
    putKey("first");
    expect(deploy()).toMatchObject({ status: 0, runs: ["plan", "synth"] });
  }, 60_000);

  test("runs the app once where the hosts are as the lock has them", () => {
    const deployed = deploy();
    expect(deployed).toMatchObject({ status: 0, runs: ["synth"] });
    expect(deployed.stdout).toContain("shop: No changes");
  }, 60_000);

  slowly(
    "synthesises again what the hosts have become",
    () => {
      putKey("second");
      const deployed = deploy();
      expect(deployed).toMatchObject({ status: 0, runs: ["synth", "synth"] });
      expect(deployed.stdout).toContain("shop: deployed");
      expect(deployed.stderr).not.toContain("was replaced by");
      expect(deploy()).toMatchObject({ status: 0, runs: ["synth"] });
    },
    120_000,
  );

  slowly(
    "reads hosts where the app is refused with what the lock has, and says what the app says",
    () => {
      // GIVEN an alias that the lock does not have
      project.writeMain(STACK.replace('entry("jetty")', 'entry("new")'));

      // WHEN
      const deployed = deploy();

      // THEN
      expect(deployed).toMatchObject({ status: 2, runs: ["synth", "plan"] });
      expect(deployed.stderr).toContain('"new" is not there; identities there: jetty');

      // GIVEN an app that cannot be synthesised at all
      project.writeMain(STACK.replace("port: 8443", "port: 0"));
      expect(deploy()).toMatchObject({ status: 2, stderr: expect.stringMatching(/^error: synth failed/m) });
    },
    120_000,
  );

  test("refuses an unknown stack", () => {
    project.writeMain(STACK);
    const deployed = deploy("other");
    expect(deployed).toMatchObject({ status: 2, runs: ["synth"] });
    expect(deployed.stderr).toContain('there is no stack "other"; there are: shop');
  }, 60_000);
});
