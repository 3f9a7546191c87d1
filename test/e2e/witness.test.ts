import { chmodSync, mkdirSync } from "node:fs";
import * as tls from "node:tls";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith } from "../support/tools";

const PORT = 48_443;

const STACK = `
import { App } from "@repository/node_modules/cdktf";
import { Activation, Certificate, CertificateAuthority, Host, JavaClient, PemServer, Secret, TrustStack } from "@repository/lib";
const app = new App();
class Shop extends TrustStack {
  constructor() {
    super(app, "shop");
    const authority = new CertificateAuthority(this, "Authority", { commonName: "Example CA" });
    const web = new PemServer(this, "Web", {
      host: Host.local("web"), names: ["localhost"], port: ${PORT}, directory: "/etc/web",
      certificate: Certificate.issuedBy(authority, { validityDays: DAYS }),
      keyPassword: Secret.file("password"), clientAuthentication: "require",
      activation: Activation.run(["systemctl", "reload", "nginx"]),
    });
    const shop = new JavaClient(this, "Shop", {
      host: Host.local("shop"), truststore: "/etc/shop/trust.p12", keystore: "/etc/shop/keys.p12", password: Secret.file("password"),
      certificate: Certificate.issuedBy(authority),
    });
    shop.calls(web, { as: shop.identity });
  }
}
new Shop();
app.synth();
`;

/** The commands that say how things stand, on one deployed call whose server runs on this machine. */
describeWith("terraform", "what verify, explain and status say", () => {
  const project = new LocalProject(STACK.replace("DAYS", "90"));
  let running: tls.Server | undefined;

  const ok = (result: ProgramResult): string => {
    expect(result.stderr).not.toContain("error:");
    expect(result.status).toBe(0);
    return result.stdout;
  };

  /** A server that has read what is delivered by now, in a program of its own: the command line is waited for. */
  async function start(): Promise<void> {
    const { spawn } = await import("node:child_process");
    void spawn;
  }

  beforeAll(() => {
    project.write("password", "store-password-t6Yh4Nd9\n");
    chmodSync(project.path("password"), 0o600);
    for (const folder of ["web/etc/web", "shop/etc/shop"])
      mkdirSync(project.path(`.local/hosts/${folder}`), { recursive: true });
    ok(project.cli("deploy", "--auto-approve"));
  }, 120_000);

  afterAll(() => {
    running?.close();
    project.remove();
  });

  test("placeholder", async () => {
    await start();
    process.stderr.write(project.cli("verify").stdout);
    process.stderr.write(project.cli("explain", "shop").stderr);
    process.stderr.write(project.cli("explain", `localhost:${PORT}`).stdout);
  });
});
