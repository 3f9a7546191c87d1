import { toPem } from "../../lib/pki";
import { makeCertificate } from "../support/certificateMaker";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";

/** A client that trusts exactly the certificate that a server presents. */
const main = (strictness: string): string => `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, JavaClient, JavaServer, Secret, TrustStack } from "@repository/lib";
class Pair extends TrustStack {
  constructor(app: App) {
    super(app, "pair");
    const server = new JavaServer(this, "Server", {
      host: Host.local("server"),
      names: ["server.example"],
      port: 8443,
      keystorePath: "/etc/server/keystore.p12",
      keystorePassword: Secret.file("password"),
      alias: "server",
      certificate: Certificate.imported({ file: "server.pem", keyFile: "server.key" }),
    });
    const client = new JavaClient(this, "Client", {
      host: Host.local("client"),
      truststore: "/etc/client/trust.p12",
      password: Secret.file("password"),
    });
    client.calls(server, ${strictness});
  }
}
const app = new App();
new Pair(app);
app.synth();
`;

const LET_PASS = String.raw`{ strict: false, reason: "it is renewed on Monday\u001b[31m" }`;
const expired = makeCertificate({
  now: new Date(),
  subject: "server.example",
  names: ["DNS:server.example"],
  fromDays: -20,
  toDays: -2,
});

describeWith("terraform", "a call that passes by our strictness", () => {
  const project = new LocalProject(main("{}"));

  beforeAll(() => {
    project.write("server.pem", toPem(expired.der, "CERTIFICATE"));
    project.write("server.key", toPem(expired.pkcs8, "PRIVATE KEY"));
    project.write("password", "a long password");
    project.write(".local/hosts/server/etc/server/.keep", "");
    project.write(".local/hosts/client/etc/client/.keep", "");
  });

  afterAll(() => project.remove());

  test("is refused by synth, which says that Java would let it pass", () => {
    const { status, stderr } = project.synth();

    expect(status).not.toBe(0);
    expect(stderr).toContain("Java would let this pass; we do not, because");
  });

  test("is let pass by synth for a reason, with and without artifacts, and by verify after a deploy", () => {
    project.writeMain(main(LET_PASS));
    expect(project.synth({ CDKTF_TRUST_NO_ARTIFACTS: "1" })).toMatchObject({ status: 0 });
    const deployed = project.cli("deploy", "--auto-approve");
    expect(deployed).toMatchObject({ status: 0 });
    expect(deployed.stderr).toContain('let pass as Java does, because "it is renewed on Monday\\u{1b}[31m"');

    const verified = project.cli("verify");

    expect(verified.status).toBe(0);
    expect(verified.stdout).toContain('not strict (expired), because "it is renewed on Monday\\u{1b}[31m"');
    expect(verified.stdout).not.toContain("\u001b[31m");
  }, 120_000);

  test("is red again where the plan does not say so", () => {
    const plan = "cdktf.out/local/stacks/pair/trust-plan.json";
    const strict = project
      .read(plan)
      .toString()
      .replace(/,\s*"letPassBecause": "[^"]*"/, "");
    project.write(plan, strict);

    const { status, stdout } = project.cli("verify");

    expect(status).toBe(1);
    expect(stdout).toContain("Java would let this pass; we do not, because");
  });
});
