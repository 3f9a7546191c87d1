import { copyFileSync, mkdirSync } from "node:fs";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

/** A Tomcat and an nginx with two certificates each, and a client that calls all of them by name. */
function declaration(addressOfApi: string): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CertificateAuthority, Host, JavaClient, JavaServer, PemServer, Secret, Tomcat, TrustStack,
} from "@repository/lib";
const app = new App();
class Names extends TrustStack {
  constructor() {
    super(app, "names");
    const password = Secret.file("password");
    const authority = (commonName) => new CertificateAuthority(this, commonName, { commonName });
    const [shops, apis] = [authority("Shops"), authority("Apis")];
    const client = new JavaClient(this, "Client", { host: Host.local("client"), truststore: "/etc/trust.p12", password });
    const tomcat = new JavaServer(this, "Tomcat", {
      host: Host.local("tomcat"), product: Tomcat.version(11), names: ["shop.example.com", "10.20.30.40"], port: 8443,
      keystorePath: "/etc/keys.p12", keystorePassword: password, alias: "shop", certificate: Certificate.issuedBy(shops),
    });
    tomcat.configuration("/opt/tomcat/conf/trust-connector.xml");
    const api = tomcat.alsoServes("Api", {
      names: ["api.example.com"], alias: "api", certificate: Certificate.issuedBy(apis),
    });
    client.calls(tomcat);
    client.calls(api, { address: "${addressOfApi}" });
    const nginx = new PemServer(this, "Nginx", {
      host: Host.local("nginx"), names: ["web.example.com"], port: 443, directory: "/etc/nginx/tls", keyPassword: password,
      certificate: Certificate.issuedBy(shops),
    });
    client.calls(nginx);
    client.calls(nginx.alsoServes("Docs", { names: ["docs.example.com"], certificate: Certificate.issuedBy(apis) }));
  }
}
new Names();
app.synth();
`;
}

describeWith("terraform", "several names and certificates on one port, deployed", () => {
  const project = new LocalProject(declaration("api.example.com"));

  /** Runs a command that must end so; gives all that it said. */
  function says(status: number, { stdout, stderr, status: ended }: ProgramResult): string {
    expect({ status: ended, said: status === ended ? "" : stdout + stderr }).toEqual({ status, said: "" });
    return stdout + stderr;
  }

  beforeAll(() => {
    project.write("password", "a long enough password");
    for (const folder of ["client/etc", "tomcat/etc", "tomcat/opt/tomcat/conf", "nginx/etc/nginx/tls"])
      mkdirSync(project.path(".local/hosts", folder), { recursive: true });
    says(0, project.cli("deploy", "--auto-approve", "names"));
  }, 300_000);

  afterAll(() => project.remove());

  test("each name is proven by itself, on what is on the hosts", () => {
    expect(says(0, project.cli("verify", "names"))).not.toMatch(/FAILS|error:|not-rehearsed/);
  });

  test("a certificate that somebody put under another's name is found on that name alone", () => {
    // GIVEN
    const file = (name: string) => project.path(".local/hosts/nginx/etc/nginx/tls", name);
    for (const ending of ["crt", "key"]) copyFileSync(file(`server.${ending}`), file(`docs.${ending}`));

    // WHEN
    const said = says(1, project.cli("verify", "names"));

    // THEN
    expect(said.match(/FAILS: /g)).toHaveLength(1);
    expect(said).toContain("Client → docs.example.com:443");
    says(0, project.cli("deploy", "--auto-approve", "names"));
    says(0, project.cli("verify", "names"));
  }, 300_000);

  slowly(
    "a call that would get another's certificate is refused before anything is deployed",
    () => {
      project.writeMain(declaration("10.20.30.40"));
      const said = says(1, project.synth());
      expect(said).toContain("a client that calls 10.20.30.40 asks for no name");
      expect(said).toContain("call it by api.example.com");
    },
    120_000,
  );
});
