import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:tls";
import { OpensslAuthority } from "../support/opensslAuthority";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, tool } from "../support/tools";

const LOCK_KEY = "production-lock-key-k3Vb8sLw2Qz7";
const PASSWORD = "keystore-password-t6Yh4Nd9";
const ID = "shop/Web/Certificate";
const PORT = 18_461;

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, JavaClient, PemFiles, Secret, TrustStack } from "@repository/lib";
class Shop extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const password = Secret.env("STORE_PASSWORD");
    const endpoint = new HttpsCallbackEndpoint(this, "Web", {
      names: ["localhost"], port: ${PORT},
      identity: PemFiles.at(Host.local("web", { root: "machines/web" }), {
        certificatePath: "/web.pem", keyPath: "/web.key", keyPassword: password,
      }),
      certificate: Certificate.requested({ organization: "Example", keyAlgorithm: "ec-p256" }),
    });
    const caller = Host.local("caller", { root: "machines/caller" });
    new JavaClient(this, "Caller", { host: caller, truststore: "/trust.p12", password }).calls(endpoint);
  }
}
const app = new App();
new Shop(app, "shop");
app.synth();
`;

describeWith(
  ["terraform", "openssl"],
  "a requested certificate, from the lock to a server that presents it",
  () => {
    const project = new LocalProject(STACK, { environments: { production: { frozen: true } } });
    let authority: OpensslAuthority;

    beforeAll(() => {
      authority = new OpensslAuthority("Corporate");
      for (const folder of ["machines/web", "machines/caller"])
        mkdirSync(project.path(folder), { recursive: true });
    }, 60_000);

    afterAll(() => {
      authority.remove();
      project.remove();
    });

    function run(...words: readonly string[]): ProgramResult {
      return project.run(process.execPath, [LocalProject.program, ...words, "--environment", "production"], {
        STORE_PASSWORD: PASSWORD,
        CDKTF_TRUST_LOCK_KEY: LOCK_KEY,
      });
    }

    function lockText(): string {
      return project.read("trust.lock.production.json").toString();
    }

    test("waits until it is completed: lock, list, check and deploy say so", () => {
      const made = run("lock");
      expect(made).toMatchObject({ status: 0 });
      expect(made.stdout).toMatch(
        new RegExp(`${ID}\\s+requested\\s+1\\s+it is declared and not in the lock`),
      );
      expect(made.stdout).toContain(
        `${ID}: it waits for a certificate, since ${new Date().toISOString().slice(0, 10)}. ` +
          `\`cdktf-trust lock request export ${ID} --environment production\` prints the request`,
      );
      const [request] = JSON.parse(run("lock", "request", "list", "--json").stdout).requests;
      expect(request).toMatchObject({
        id: ID,
        generation: 1,
        newKey: true,
        hops: [expect.stringMatching(/^shop\//)],
      });
      expect(run("lock", "request", "list").stdout).toMatch(
        /shop\/Web\/Certificate\s+\S+\s+1\s+localhost\s+shop\//,
      );
      expect(run("lock", "--check")).toMatchObject({
        status: 1,
        stdout: expect.stringContaining("lock request export"),
      });
      const deployed = run("deploy", "--auto-approve");
      expect(deployed.status).not.toBe(0);
      expect(deployed.stderr + deployed.stdout).toMatch(
        /has no certificate yet[^]*lock request export shop\/Web/,
      );
    }, 240_000);

    test("is shown and exported without the lock's key", () => {
      const shown = run("lock", "request", "show", ID).stdout;
      expect(shown).toMatch(
        /subject +CN=localhost, O=Example\nnames +dns:localhost\npurposes +serverAuth, digitalSignature\nkey +EC P-256, new\n/,
      );
      const { stdout } = run("lock", "request", "export", ID);
      authority.write("web.csr", stdout);
      expect(authority.openssl("req", "-in", "web.csr", "-noout", "-verify", "-text")).toContain(
        "DNS:localhost",
      );
      expect(run("lock", "request", "export", ID, "--out", "web.der", "--der")).toMatchObject({ status: 0 });
      expect(
        authority.openssl("req", "-inform", "DER", "-in", project.path("web.der"), "-noout", "-subject"),
      ).toContain("CN = localhost");
    }, 120_000);

    test("that is not what was asked for is refused, and the lock stays", () => {
      const before = lockText();
      authority.sign("web.csr", "other.pem", { extensions: ["subjectAltName=DNS:elsewhere"] });
      const refused = run("lock", "request", "complete", ID, authority.path("other.pem"));
      expect(refused.status).toBe(2);
      expect(refused.stderr).toMatch(/the names dns:localhost are missing; it has dns:elsewhere/);
      expect(refused.stderr).toMatch(/its issuer CN=Corporate Issuing is neither in the files/);
      expect(lockText()).toBe(before);
    }, 60_000);

    test("is pinned, deployed, served and trusted", async () => {
      authority.sign("web.csr", "web.pem", { days: 300 });
      const files = [
        authority.path("web.pem"),
        "--chain",
        authority.path("issuing.pem"),
        authority.path("root.pem"),
      ];
      const completed = run("lock", "request", "complete", ID, ...files);
      expect(completed).toMatchObject({ status: 0, stderr: expect.not.stringContaining("warning") });
      expect(completed.stdout).toMatch(
        /shop\/Web\/Certificate\s+completed\s+1\s+\S+\s+issued by CN=Corporate Issuing/,
      );
      expect(run("lock", "--check")).toMatchObject({ status: 0 });
      const deployed = run("deploy", "--auto-approve");
      expect(deployed.status).toBe(0);
      expect(deployed.stderr).toContain("CN=Corporate Root");

      const server = spawn(
        tool("openssl"),
        `s_server -accept ${PORT} -cert machines/web/web.pem -cert_chain machines/web/web.pem -key machines/web/web.key -pass pass:${PASSWORD} -quiet`.split(
          " ",
        ),
        { cwd: project.directory, stdio: "ignore" },
      );
      try {
        await expect(presentedAt(PORT, authority.read("root.pem"))).resolves.toBe("localhost");
      } finally {
        server.kill();
      }
      const verified = run("verify", "--json");
      expect(verified.status).toBe(0);
      const { hops } = JSON.parse(verified.stdout);
      expect(hops).toMatchObject([{ ok: true, source: "deployed" }]);
    }, 300_000);

    test("is renewed beside what is served", () => {
      expect(run("lock", "request", "new", ID, "--same-key")).toMatchObject({ status: 0 });
      const check = run("lock", "--check");
      expect(check).toMatchObject({
        status: 0,
        stderr: expect.stringContaining("generation 1 is served until then"),
      });
      expect(run("synth").stderr).toContain("generation 1 is served until then");
      authority.write("next.csr", run("lock", "request", "export", ID).stdout);
      authority.sign("next.csr", "next.pem", { days: 350 });
      expect(run("lock", "request", "complete", ID, authority.path("next.pem")).stdout).toMatch(
        /completed\s+2/,
      );
    }, 240_000);
  },
);

/** The common name of the server that a client accepts, which trusts the root alone. */
async function presentedAt(port: number, ca: Buffer): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await new Promise<string>((resolve, reject) => {
        const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.on("error", reject);
      });
    } catch (error) {
      if (attempt > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
