import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Expiry } from "../../../lib/check";
import { toPem } from "../../../lib/pki";
import type { VerdictReport } from "../../../lib/verify";
import { type MadeIdentity, makeAuthority, makeCertificate } from "../../support/certificateMaker";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { LocalProject, type ProgramResult } from "../../support/localProject";
import { describeWith, slowly, tool } from "../../support/tools";

const LOCK_KEY = "production-lock-key-k3Vb8sLw2Qz7";
const PASSWORD = "keystore-password-t6Yh4Nd9";
const DAY_MS = 86_400_000;

/** An authority with what it issued, an adopted, an imported and a partner's certificate, and who calls them. */
const STACK = `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CertificateAuthority, Host, HttpsCallbackEndpoint, JavaClient, Keystore, PartnerCertificate, Secret, TrustStack,
} from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.env("STORE_PASSWORD");
    const host = (name) => Host.local(name, { root: "machines/" + name });
    const flow = host("flow");
    const serve = (name, port, certificate, keystore) => new HttpsCallbackEndpoint(this, name, {
      names: [name.toLowerCase() + ".example.com"], port, certificate,
      identity: (keystore ?? new Keystore(this, name + "Store", { host: flow, path: "/conf/" + name + ".p12", password, profile: "modern" })).entry("jetty"),
    });
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example CA" });
    const adopting = new Keystore(this, "Adopting", { host: flow, path: "/conf/keystore", password, profile: "jks", ifMissing: "fail" });
    const servers = [
      serve("Issued", 8441, Certificate.issuedBy(authority, { validityDays: 20, keyAlgorithm: "ec-p256" })),
      serve("Adopted", 8442, Certificate.existing(), adopting),
      serve("Imported", 8443, Certificate.imported({ file: "given/imported.pem" })),
    ];
    const client = new JavaClient(this, "Billing", { host: host("billing"), truststore: "/opt/truststore.p12", password });
    for (const server of servers) client.calls(server);
    client.trusts("bank", new PartnerCertificate(this, "Bank", { file: "given/bank.pem" }));
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

describeWith(["terraform", "keytool"], "certificates that end soon", () => {
  const project = new LocalProject(STACK, { environments: { production: { frozen: true } } });
  const now = new Date();
  const bank = made("bank.example.com", 5);
  const elsewhere = makeAuthority(now, "Elsewhere");
  const importedLeaf = made("imported.example.com", 10, elsewhere);

  beforeAll(() => {
    for (const folder of ["machines/flow/conf", "machines/billing/opt"])
      mkdirSync(project.path(folder), { recursive: true });
    project.write("given/bank.pem", toPem(bank.der, "CERTIFICATE"));
    putImported(importedLeaf);
    adopt(15);
    succeeds("lock", "--observe");
    succeeds("deploy", "--auto-approve");
  }, 240_000);

  afterAll(() => project.remove());

  function made(name: string, days: number, issuer?: MadeIdentity) {
    const by = issuer === undefined ? {} : { issuer };
    return makeCertificate({ now, subject: name, names: [`DNS:${name}`], toDays: days, key: "ec", ...by });
  }

  function putImported({ chain, pkcs8 }: ReturnType<typeof made>): void {
    const certificates = chain.map((der) => toPem(der, "CERTIFICATE")).join("");
    project.write("given/imported.pem", certificates + toPem(pkcs8, "PRIVATE KEY"));
  }

  /** As an administrator makes a key on the host. */
  function adopt(days: number): void {
    const made = [
      "-genkeypair",
      "-alias",
      "jetty",
      "-storetype",
      "JKS",
      "-keyalg",
      "RSA",
      "-keypass",
      PASSWORD,
    ];
    const name = ["-dname", "CN=adopted.example.com", "-ext", "san=dns:adopted.example.com"];
    const store = ["-keystore", project.path("machines/flow/conf/keystore"), "-storepass", PASSWORD];
    const words = [...made, ...name, ...store, "-validity", String(days)];
    execFileSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, ...words], { stdio: "ignore" });
  }

  function run(...words: readonly string[]): ProgramResult {
    const line = [LocalProject.program, ...words, "--environment", "production"];
    return project.run(process.execPath, line, { STORE_PASSWORD: PASSWORD, CDKTF_TRUST_LOCK_KEY: LOCK_KEY });
  }

  function succeeds(...words: readonly string[]): ProgramResult {
    const result = run(...words);
    if (result.status !== 0) throw new Error(`${words.join(" ")}:\n${result.stdout}${result.stderr}`);
    return result;
  }

  function warningsOf({ stderr }: ProgramResult): string[] {
    return stderr.split("\n").filter((line) => line.includes("[expiring]"));
  }

  const SHOWN = [
    /^warning: shop\/Bank \[expiring\]: the certificate of CN=bank\.example\.com expires on \S+, in 4 days: trusted in billing:\/opt\/truststore\.p12 "bank"; not renewed here, because it is a partner's, from given\/bank\.pem: ask the partner /,
    /^warning: shop\/Imported\/Certificate \[expiring\]: the certificate of CN=imported\.example\.com expires on \S+, in 9 days: presented from flow:\/conf\/Imported\.p12 "jetty"; needed by Billing → imported\.example\.com:8443; not renewed here, because it is imported from given\/imported\.pem: get the next one from CN=Elsewhere, put it into that file, run `cdktf-trust lock --environment production`, commit the lock and deploy/,
    /^warning: shop\/Adopted\/Certificate \[expiring\]: .* in 14 days: presented from flow:\/conf\/keystore "jetty"; trusted in billing:\S+ "[^"]+"; needed by Billing → adopted\.example\.com:8442; not renewed here, because its key stays on its host \(flow:\/conf\/keystore "jetty"\): .*lock --observe --environment production`/,
    /^warning: shop\/Issued\/Certificate \[expiring\]: .* in 19 days: presented from flow:\/conf\/Issued\.p12 "jetty"; needed by Billing → issued\.example\.com:8441; renewed here: run `cdktf-trust lock --renew shop\/Issued\/Certificate --environment production`, commit the lock and deploy$/,
  ];

  test.each([[["plan"]], [["plan", "--no-artifacts"]], [["verify"]], [["lock", "--check"]]])(
    "%s warns of each once, the first to end first, and says what makes the next one",
    (words) => {
      const result = run(...words);
      expect(result.status).toBe(0);
      const lines = warningsOf(result);
      expect(lines).toHaveLength(SHOWN.length);
      SHOWN.forEach((shown, at) => expect(lines[at]).toMatch(shown));
    },
    120_000,
  );

  test.each([["plan"], ["verify"], ["lock --check"]])(
    "%s --expiring-within fails where something ends within so many days, and only then",
    (command) => {
      const within = (days: number) => run(...command.split(" "), "--expiring-within", String(days));
      const [soon, none] = [within(10), within(2)];
      expect(soon.status).toBe(1);
      expect(warningsOf(soon)).toHaveLength(2);
      expect(none.status).toBe(0);
      expect(warningsOf(none)).toEqual([]);
    },
    120_000,
  );

  test.each([["plan"], ["verify"], ["lock --check"]])(
    "%s says the same to tools",
    (command) => {
      const { status, stdout, stderr } = run(...command.split(" "), "--json", "--expiring-within", "10");
      expect(status).toBe(1);
      expect(stderr).not.toContain("[expiring]");
      const printed = JSON.parse(stdout);
      const expiring = (command === "plan" ? printed[0].expiring : printed.expiring) as Expiry[];
      expect(expiring).toMatchObject([
        {
          identityId: "shop/Bank",
          renewal: "partner",
          daysLeft: 4,
          sha256: new X509Certificate(bank.der).fingerprint256,
          places: [{ hostId: "billing", path: "/opt/truststore.p12", alias: "bank", use: "trusted" }],
          hopIds: [],
          rule: "expiring",
        },
        {
          identityId: "shop/Imported/Certificate",
          renewal: "imported",
          hopIds: ["shop/Billing/Imported/Hop"],
        },
      ]);
    },
    120_000,
  );

  test("days that are no number are refused with what is allowed, and a lock that is not checked as well", () => {
    for (const days of ["soon", "-1", "1.5", "1000000"]) {
      const { status, stdout, stderr } = run("verify", "--expiring-within", days);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(`--expiring-within ${days}: give a whole number of days from 0`);
    }
    expect(run("lock", "--expiring-within", "30")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--expiring-within goes with --check; --renew-within 30 renews"),
    });
  }, 60_000);

  test("verify goes by what the hosts hold, plan and lock by what the lock pins", () => {
    // GIVEN a next certificate that the lock has and no host
    const next = made("imported.example.com", 200, elsewhere);
    putImported(next);
    succeeds("lock");
    succeeds("synth");

    // WHEN
    const [verified, checked] = [run("verify"), run("lock", "--check")];

    // THEN
    expect(warningsOf(checked).join()).not.toContain("imported.example.com");
    expect(warningsOf(verified)[1]).toMatch(
      /^warning: shop\/Imported\/Certificate .* in 9 days: presented from .*; the lock has the next one already, until \S+: deploy$/,
    );
    succeeds("deploy", "--auto-approve");
    expect(warningsOf(run("verify")).join()).not.toContain("imported.example.com");
  }, 240_000);

  slowly(
    "verify and deploy give tools one format of a verdict, the same in each run",
    () => {
      const verified = succeeds("verify", "--json").stdout;
      const hops = JSON.parse(verified).hops as VerdictReport[];
      const sha256 = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;
      for (const hop of hops) {
        expect(hop).toEqual({
          hopId: expect.stringMatching(/^shop\/Billing\/\w+\/Hop$/),
          client: "Billing",
          server: expect.stringMatching(/\.example\.com$/),
          address: expect.stringMatching(/^\w+\.example\.com:844\d$/),
          ok: true,
          reason: expect.stringContaining("trusted through CN="),
          serves: expect.stringMatching(sha256),
          trustedThrough: expect.stringMatching(sha256),
          expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          source: "deployed",
          filesOnly: expect.stringMatching(/^a folder stands for the machine \w+$/),
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          findings: [],
        });
        expect(new Date(hop.expires ?? "").getTime()).toBeGreaterThan(now.getTime() + 9 * DAY_MS);
      }
      const timeless = ({ filesOnly: _filesOnly, ...hop }: VerdictReport) => ({ ...hop, at: "" });
      const again = JSON.parse(succeeds("deploy", "--auto-approve", "--json").stdout);
      expect(again.hops.map(timeless)).toEqual(hops.map(timeless));
    },
    120_000,
  );

  test("a verdict says which side refuses, and which anchor is missing", () => {
    const truststore = project.path("machines/billing/opt/truststore.p12");
    const before = project.read("machines/billing/opt/truststore.p12");
    const store = ["-keystore", truststore, "-storepass", PASSWORD];
    execFileSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, "-delete", "-alias", "bank", ...store]);
    const aliases = String(execFileSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, "-list", ...store]));
    const [alias = "none"] = /^[^,\n]*adopted[^,\n]*/m.exec(aliases) ?? [];
    execFileSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, "-delete", "-alias", alias, ...store]);

    const { status, stdout } = run("verify", "--json");
    project.write("machines/billing/opt/truststore.p12", before);

    expect(status).toBe(1);
    const hop = (JSON.parse(stdout).hops as VerdictReport[]).find(({ ok }) => !ok);
    expect(hop).toMatchObject({
      hopId: "shop/Billing/Adopted/Hop",
      refusedBy: "client",
      findings: expect.arrayContaining([
        {
          rule: "entry-missing",
          level: "error",
          subject: expect.any(String),
          message: expect.any(String),
          remedy: expect.any(String),
        },
      ]),
    });
    expect(hop).not.toHaveProperty("trustedThrough");
  }, 60_000);
});
