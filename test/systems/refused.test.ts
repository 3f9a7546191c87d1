import { slowly } from "../support/tools";
import { LocalProject, type ProgramResult } from "../support/localProject";

const PRELUDE = `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CertificateAuthority, Host, IntegrationServer, JavaClient, JavaServer, Secret,
  TrustStack, XmattersIntegrationAgent,
} from "@repository/lib";
const password = Secret.file("password");
const agent = (stack, props) => new XmattersIntegrationAgent(stack, "Agent", {
  host: Host.local("ia"), home: "/opt/ia", serverAddress: "ia01.example.com", keystorePassword: password, ...props,
});
const management = (stack) => new JavaClient(stack, "Management", {
  host: Host.local("management"), truststore: "/opt/management/cacerts", password,
});
const partner = (stack) => new JavaServer(stack, "Bank", {
  host: Host.local("bank"), names: ["bank.example.com"], port: 8443, keystorePath: "/etc/bank/keys.p12",
  keystorePassword: password, alias: "bank", certificate: Certificate.selfSigned(), clientAuthentication: "require",
  truststorePath: "/etc/bank/trust.p12",
});
const server = (stack) => new IntegrationServer(stack, "IS", { host: Host.local("is"), instanceDirectory: "/opt/is" });
const app = new App();
const stack = new (class extends TrustStack {})(app, "refused");
`;

/** What synth says of a stack that cannot work. */
function synth(declaration: string): ProgramResult {
  const project = new LocalProject(`${PRELUDE}\n${declaration}\napp.synth();`);
  project.write("password", "a long enough password");
  const result = project.synth();
  project.remove();
  return result;
}

describe("synth refuses", () => {
  slowly("an agent whose certificate does not carry the name that callers use", () => {
    const { status, stderr } = synth(`
      management(stack).calls(agent(stack, { certificate: Certificate.selfSigned({ names: ["localhost"] }) }));
    `);
    expect(status).not.toBe(0);
    expect(stderr).toContain("ia01.example.com");
    expect(stderr).toContain("localhost");
  });

  test("an alias that Java would not present beside apia", () => {
    const { status, stderr } = synth(
      `agent(stack, { alias: "https", certificate: Certificate.selfSigned() });`,
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain("[other-identity-presented]");
  });

  test("a client certificate that would have length zero, because the partner does not know its issuer", () => {
    const { status, stderr } = synth(`
      const [ours, theirs] = ["Ours", "Theirs"].map((name) => new CertificateAuthority(stack, name, { commonName: name }));
      const bank = partner(stack);
      bank.trusts("clients", theirs);
      const is = server(stack);
      is.keystore("KEYS", { password });
      is.truststore("TRUST", { password, global: true });
      // A bank that does not take up its callers, as somebody else's would not.
      const refusing = { endpoint: bank.endpoint, node: bank.node, accepts: () => undefined };
      is.calls(refusing, { as: is.identity("A", Certificate.issuedBy(ours)) });
    `);
    expect(status).not.toBe(0);
    expect(stderr).toContain("CN=Ours");
  });

  test("a call whose truststore the server does not consult", () => {
    const { status, stderr } = synth(`
      const clients = new CertificateAuthority(stack, "Clients", { commonName: "Clients" });
      const bank = partner(stack);
      bank.trusts("clients", clients);
      const is = server(stack);
      is.keystore("KEYS", { password });
      is.truststore("TRUST", { password });
      is.calls(bank, { id: "A", as: is.identity("A", Certificate.issuedBy(clients)) });
    `);
    expect(status).not.toBe(0);
    expect(stderr).toContain("[unused-truststore]");
    expect(stderr).toContain("global: true");
  });

  slowly("two identities on one kept connection", () => {
    const { status, stderr } = synth(`
      const clients = new CertificateAuthority(stack, "Clients", { commonName: "Clients" });
      const bank = partner(stack);
      bank.trusts("clients", clients);
      const is = server(stack);
      is.keystore("KEYS", { password });
      is.truststore("TRUST", { password, global: true });
      for (const name of ["A", "B"])
        is.calls(bank, { id: name, as: is.identity(name, Certificate.issuedBy(clients)) });
    `);
    expect(status).not.toBe(0);
    expect(stderr).toContain("[pooled-connection]");
    expect(stderr).toContain("A, B call bank.example.com:8443 under 2 identities");
  });
});
