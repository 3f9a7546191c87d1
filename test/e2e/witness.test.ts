import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { createInterface } from "node:readline";
import { ConsolePage } from "../docs/consoleExamples";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith } from "../support/tools";

const PORT = 48_443;
const PASSWORD = "store-password-t6Yh4Nd9";

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, CertificateAuthority, Host, JavaClient, PemServer, Secret, TrustStack } from "@repository/lib";
const app = new App();
class Shop extends TrustStack {
  constructor() {
    super(app, "shop");
    const password = Secret.file("password");
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example CA" });
    const web = new PemServer(this, "Web", {
      host: Host.local("web"), names: ["localhost"], port: ${PORT}, directory: "/etc/web",
      certificate: Certificate.issuedBy(authority, { validityDays: DAYS }),
      keyPassword: password, clientAuthentication: "require",
    });
    const shop = new JavaClient(this, "Shop", {
      host: Host.local("shop"), truststore: "/etc/shop/trust.p12", keystore: "/etc/shop/keys.p12", password,
    });
    shop.calls(web, { as: Certificate.issuedBy(authority) });
  }
}
new Shop();
app.synth();
`;

/** A product that has read what was delivered when it started; `anyone` lets every caller in. */
const SERVER = `
const { readFileSync } = require("node:fs");
const folder = ".local/hosts/web/etc/web/";
const mode = process.argv[2] ?? "require";
require("node:tls")
  .createServer(
    {
      cert: readFileSync(folder + "server.crt"), key: readFileSync(folder + "server.key"), passphrase: ${JSON.stringify(PASSWORD)},
      ca: readFileSync(folder + "clients-ca.crt"), requestCert: true, rejectUnauthorized: mode === "require",
    },
    (socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\\r\\n\\r\\n"));
    },
  )
  .listen(${PORT}, "127.0.0.1", () => console.log("listening"));
`;

/** One call between two machines that folders stand for; its server runs on this one. */
describeWith("terraform", "verify, explain and status of a deployed call", () => {
  const project = new LocalProject(STACK.replace("DAYS", "90"));
  const status = new ConsolePage("status.md");
  let running: ChildProcess | undefined;

  function exits(status: number, result: ProgramResult): string {
    expect(result).toMatchObject({ status });
    return result.stdout;
  }

  async function start(mode = "require"): Promise<void> {
    running?.kill();
    if (running !== undefined) await new Promise((resolve) => running?.once("exit", resolve));
    running = spawn(process.execPath, ["server.cjs", mode], {
      cwd: project.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: running.stdout ?? process.stdin });
    await new Promise((resolve) => lines.once("line", resolve));
  }

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    project.write("server.cjs", SERVER);
    chmodSync(project.path("password"), 0o600);
    for (const folder of ["web/etc/web", "shop/etc/shop"])
      mkdirSync(project.path(`.local/hosts/${folder}`), { recursive: true });
    exits(0, project.cli("deploy", "--auto-approve"));
  }, 120_000);

  afterAll(() => {
    running?.kill();
    project.remove();
  });

  test("nothing listens: the files decide, unless every server has to be called", () => {
    expect(exits(0, project.cli("verify"))).toContain(`files only: nothing listens at localhost:${PORT}\n`);
    expect(exits(1, project.cli("verify", "--live"))).toContain(
      `FAILS: nothing listens at localhost:${PORT}`,
    );
    expect(exits(0, project.cli("verify", "--no-live"))).not.toContain("files only");
  }, 60_000);

  test("verify calls the server, and tells people and tools", async () => {
    await start();
    const words = ["--junit", "out/junit.xml", "--prometheus", "out/trust.prom", "--github"];

    const shown = exits(0, project.cli("verify", ...words));
    const [hop] = JSON.parse(exits(0, project.cli("verify", "--json"))).hops;

    const page = new ConsolePage("verify.md");
    const verify = page.example("verify");
    expect(page.printed(verify, shown)).toBe(page.said(verify));
    expect(hop).toMatchObject({ ok: true, source: "live", findings: [] });
    expect(project.read("out/junit.xml").toString()).toContain(
      'tests="1" failures="0" errors="0" skipped="0"',
    );
    expect(project.read("out/trust.prom").toString()).toMatch(/^cdktf_trust_hop_live\{.*\} 1$/m);
    expect(project.cli("verify", "--prometheus", "trust.txt")).toMatchObject({ status: 2 });
  }, 60_000);

  test("a server that lets anyone in is red, also on GitHub, by itself there", async () => {
    await start("anyone");

    const result = project.run(process.execPath, [LocalProject.program, "verify"], {
      GITHUB_ACTIONS: "true",
    });

    expect(exits(1, result)).toContain("a call without a certificate is answered: HTTP/1.1 200 OK");
    expect(result.stderr).toContain(
      `::error file=cdktf.json,title=local%3A Shop → localhost%3A${PORT} fails::localhost:${PORT} requires a client`,
    );
  }, 60_000);

  test("explain says what a hop needs, and what becomes of it without a certificate", () => {
    const hop = exits(0, project.cli("explain", `localhost:${PORT}`));
    const ofHop = status.example("explain localhost");
    expect(status.printed(ofHop, hop)).toBe(status.said(ofHop));
    const certificate = exits(0, project.cli("explain", "shop/Authority"));
    const ofAuthority = status.example("explain shop/Authority");
    expect(status.printed(ofAuthority, certificate)).toBe(status.said(ofAuthority));
    const { certificate: json } = JSON.parse(exits(0, project.cli("explain", "shop/Authority", "--json")));
    expect(json).toMatchObject({
      identityId: "shop/Authority",
      generation: 1,
      reliedOnBy: [{ breaks: true }, { breaks: true }],
    });
    const unknown = project.cli("explain", "Shpo");
    expect(unknown).toMatchObject({ status: 2, stdout: "" });
    expect(unknown.stderr).toContain('Did you mean "Shop"?');
  }, 60_000);

  test("status is one page, and exits with 1 where somebody has to do something", () => {
    expect(exits(0, project.cli("status"))).toBe(
      "environment local\ncalls     1 ok, 0 failing\ndrifted   none\nowed      none\nunproven  none\nrotating  none\nends soon none\n",
    );
    const truststore = project.path(".local/hosts/shop/etc/shop/trust.p12");
    renameSync(truststore, `${truststore}.away`);
    const failing = status.example("status");
    const shown = exits(1, project.cli("status", "--expiring-within", "100"));
    expect(status.printed(failing, shown)).toBe(status.said(failing));
    renameSync(`${truststore}.away`, truststore);
  }, 60_000);

  test("a server that was not restarted after a deploy is told from its files", async () => {
    await start();
    project.writeMain(STACK.replace("DAYS", "120"));
    exits(0, project.cli("deploy", "--auto-approve"));

    const [hop] = JSON.parse(exits(1, project.cli("verify", "--json"))).hops;

    expect(hop.findings).toMatchObject([{ rule: "served-differs" }]);
  }, 120_000);
});
