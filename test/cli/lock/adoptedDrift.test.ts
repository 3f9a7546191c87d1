import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../../support/localProject";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { describeWith, tool } from "../../support/tools";

const LOCK_KEY = "production-lock-key-k3Vb8sLw2Qz7";
const PASSWORD = "keystore-password-t6Yh4Nd9";

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const flow = Host.local("flow", { root: "machines/flow" });
    const billing = Host.local("billing", { root: "machines/billing" });
    const password = Secret.env("STORE_PASSWORD");
    const keystore = new Keystore(this, "Keystore", { host: flow, path: "/conf/keystore", password, profile: "jks", ifMissing: "fail" });
    const jetty = new HttpsCallbackEndpoint(this, "Jetty", {
      names: ["flow.example.com"], port: 8443, identity: keystore.entry("jetty"), certificate: Certificate.existing(),
    });
    const truststore = new Keystore(this, "Truststore", { host: billing, path: "/opt/truststore.p12", password, profile: "modern" });
    new TruststoreEntry(this, "Trusts", { truststore, alias: "flow", trusts: jetty });
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

describeWith(["terraform", "keytool"], "an adopted certificate that was renewed by hand", () => {
  const project = new LocalProject(STACK, { environments: { production: { frozen: true } } });
  const fingerprints: string[] = [];

  beforeAll(() => {
    for (const folder of ["machines/flow/conf", "machines/billing/opt"])
      mkdirSync(project.path(folder), { recursive: true });
    renew(90);
    const variables = { CDKTF_TRUST_LOCK_KEY: LOCK_KEY };
    expect(run(["lock", "--observe"], variables)).toMatchObject({ status: 0 });
  }, 120_000);

  afterAll(() => project.remove());

  /** As an administrator does it: a new key and certificate under the same alias. */
  function renew(days: number): void {
    const store = ["-keystore", project.path("machines/flow/conf/keystore"), "-storepass", PASSWORD];
    const keytool = (...words: readonly string[]): string =>
      execFileSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, ...words, ...store], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    if (fingerprints.length > 0) keytool("-delete", "-alias", "jetty");
    const name = [
      "-dname",
      "CN=flow.example.com",
      "-ext",
      "san=dns:flow.example.com",
      "-validity",
      String(days),
    ];
    keytool(
      "-genkeypair",
      "-alias",
      "jetty",
      "-storetype",
      "JKS",
      "-keyalg",
      "RSA",
      "-keypass",
      PASSWORD,
      ...name,
    );
    fingerprints.push(/SHA256: (\S+)/.exec(keytool("-list", "-v", "-alias", "jetty"))?.[1] ?? "none");
  }

  /** Without the lock's key, unless it is given. */
  function run(words: readonly string[], variables: Readonly<Record<string, string>> = {}): ProgramResult {
    return project.run(process.execPath, [LocalProject.program, ...words, "--environment", "production"], {
      STORE_PASSWORD: PASSWORD,
      ...variables,
    });
  }

  test("is as the lock pins it before: nothing is said", () => {
    const planned = run(["plan"]);
    expect(planned.status).toBe(1);
    expect(planned.stdout).toContain('trusts "flow"');
    expect(planned.stdout).not.toContain("drift");
    expect(run(["lock", "--check"])).toMatchObject({ status: 0 });
  }, 120_000);

  test("is drift in plan, in lock --check and before an apply, with both certificates and the command", () => {
    // GIVEN what is deployed, and then renewed on its host
    expect(run(["deploy", "--auto-approve"])).toMatchObject({ status: 0 });
    const lock = project.read("trust.lock.production.json");
    renew(30);
    const [pinned, presented] = fingerprints;

    // WHEN it is planned: the declaration is as it was deployed
    const planned = run(["plan"]);

    // THEN
    expect(planned.status).toBe(1);
    expect(planned.stdout).toMatch(/shop: No changes\./);
    expect(planned.stdout).toMatch(
      new RegExp(
        "^drift: shop/Jetty\\S*: CN=flow\\.example\\.com \\(until \\S+\\) was replaced by CN=flow\\.example\\.com \\(until " +
          `\\S+\\)\\. The lock pins CN=flow\\.example\\.com, until \\S+, SHA-256 ${pinned}; flow:/conf/keystore#jetty presents ` +
          `CN=flow\\.example\\.com, until \\S+, SHA-256 ${presented}\\. ` +
          "Run `cdktf-trust lock --observe --environment production`",
        "m",
      ),
    );
    const [stack] = JSON.parse(run(["plan", "--json"]).stdout);
    expect(stack).toMatchObject({
      stack: "shop",
      drifted: [
        { place: "flow:/conf/keystore#jetty", pinned: { sha256: pinned }, presented: { sha256: presented } },
      ],
      unseen: [],
    });

    // AND in the check of the lock
    const checked = run(["lock", "--check"]);
    expect(checked.status).toBe(1);
    expect(checked.stdout).toMatch(/shop\/Jetty\S*: on its host, CN=flow\S+ \(until \S+\) was replaced by/);
    expect(checked.stdout).toContain("cdktf-trust lock --observe --environment production");
    expect(JSON.parse(run(["lock", "--check", "--json"]).stdout).drifted).toMatchObject([
      { presented: { sha256: presented } },
    ]);

    // AND before an apply, whose proof then fails
    const deployed = run(["deploy", "--auto-approve"]);
    expect(deployed.status).toBe(1);
    expect(deployed.stderr).toMatch(/^warning: shop\/Jetty\S*: CN=flow.* was replaced by/m);
    expect(project.read("trust.lock.production.json")).toEqual(lock);
  }, 240_000);

  test("is not looked at without secrets, and said quietly where a host is out of reach", () => {
    expect(run(["plan", "--no-artifacts"]).stdout).not.toContain("drift");
    renameSync(project.path("machines/flow"), project.path("machines/away"));
    const checked = run(["lock", "--check"]);
    const observed = run(["lock", "--check", "--observe"]);
    renameSync(project.path("machines/away"), project.path("machines/flow"));
    expect(checked.status).toBe(0);
    expect(checked.stdout).toMatch(
      /not compared with what is on the host: shop\/Jetty\S*: flow:\/conf\/keystore: the file is missing/,
    );
    expect(observed.status).toBe(2);
    expect(observed.stderr).toContain("flow:/conf/keystore: the file is missing");
    const locked = run(["lock", "--check", "--json"], { STORE_PASSWORD: "another-password-1" });
    expect(locked.status).toBe(0);
    expect(JSON.parse(locked.stdout)).toMatchObject({
      stale: [],
      unseen: [{ place: "flow:/conf/keystore#jetty", reason: expect.stringContaining("password") }],
    });
  }, 120_000);

  test("that is gone from its host is drift as well", () => {
    const store = ["-keystore", project.path("machines/flow/conf/keystore"), "-storepass", PASSWORD];
    execFileSync(tool("keytool"), ["-changealias", "-alias", "jetty", "-destalias", "other", ...store], {
      stdio: "ignore",
    });
    const checked = run(["lock", "--check", "--json"]);
    expect(checked.status).toBe(1);
    const [drift] = JSON.parse(checked.stdout).drifted;
    expect(drift.presented).toBeUndefined();
    expect(drift.reason).toMatch(/"jetty" is not there; identities there: other/);
  }, 120_000);
});
