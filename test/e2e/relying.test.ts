import { chmodSync } from "node:fs";
import { keytoolList } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly, tool } from "../support/tools";

const PASSWORD = "stores-of-all-k3Vb8";

const IMPORTS = `
import { App } from "@repository/node_modules/cdktf";
import {
  AnchorsFile, Certificate, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, PemFiles, Secret, TrustStack,
  TruststoreEntry,
} from "@repository/lib";
const password = Secret.file("password");
const certificate = () => Certificate.selfSigned({ keyAlgorithm: "ec-p256" });
const store = (scope, name) =>
  new Keystore(scope, name, { host: Host.local(scope.node.id), path: "/opt/" + name + ".p12", password });
const app = new App();
`;

/** `server` serves from a store and from PEM files; `client`, another stack, calls both. */
const ONE_WAY = `${IMPORTS}
const server = new (class extends TrustStack {})(app, "server");
const client = new (class extends TrustStack {})(app, "client");
const pem = (hostId, name) => PemFiles.at(Host.local(hostId), {
  certificatePath: "/opt/" + name + ".crt", keyPath: "/opt/" + name + ".key", keyPassword: password,
});
const java = new HttpsCallbackEndpoint(server, "Java", {
  names: ["java.example.com"], port: 8443, identity: store(server, "keys").entry("server"), certificate: certificate(),
});
const nginx = new HttpsCallbackEndpoint(server, "Nginx", {
  names: ["nginx.example.com"], port: 9443, identity: pem("server", "web"), certificate: certificate(),
});
new TruststoreEntry(client, "TrustsJava", { truststore: store(client, "trust"), alias: "server", trusts: java });
new ClientCertificateBinding(client, "Curl", {
  identity: pem("client", "curl"), certificate: certificate(), endpoint: nginx,
  truststore: new AnchorsFile(client, "Anchors", { host: Host.local("client"), path: "/opt/ca.pem" }).trusts(nginx),
});
app.synth();
`;

/** Two stacks that call each other, and present a certificate of their own each time. */
const MUTUAL = `${IMPORTS}
class SideStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    this.keys = store(this, "keys");
    this.trust = store(this, "trust");
    this.server = new HttpsCallbackEndpoint(this, "Server", {
      names: [id + ".example.com"], port: 8443, identity: this.keys.entry("server", { chosenBy: "product" }), certificate: certificate(),
      clientAuthentication: "require", truststore: this.trust,
    });
  }
  calls(other) {
    const client = new ClientCertificateBinding(this, "Client", {
      identity: this.keys.entry("client", { chosenBy: "product" }), certificate: certificate(), endpoint: other.server, truststore: this.trust,
    });
    new TruststoreEntry(this, "TrustsServer", { truststore: this.trust, alias: "server", trusts: other.server });
    new TruststoreEntry(other, "TrustsClient", { truststore: other.trust, alias: "client", trusts: client });
  }
}
const left = new SideStack(app, "left");
const right = new SideStack(app, "right");
left.calls(right);
right.calls(left);
app.synth();
`;

/** A project whose stacks are deployed together first, and apart later. */
class ApartProject extends LocalProject {
  deploy(...hosts: readonly string[]): void {
    this.write("password", `${PASSWORD}\n`);
    chmodSync(this.path("password"), 0o600);
    for (const host of hosts) this.write(`.local/hosts/${host}/opt/.keep`, "");
    this.succeeds("deploy", "--auto-approve");
  }

  succeeds(...words: readonly string[]): ProgramResult {
    const result = this.cli(...words);
    expect(result).toEqual({ ...result, status: 0 });
    return result;
  }

  /** What a deploy of one stack is refused with, on one line. */
  refused(stack: string): string {
    const { status, stderr } = this.cli("deploy", stack, "--auto-approve");
    expect(status).toBe(2);
    return stderr.replace(/[│╷╵]/g, " ").replace(/\s+/g, " ");
  }

  renew(...identities: readonly string[]): void {
    this.succeeds("lock", "--renew", ...identities.map((id) => `${id}/Certificate`));
  }

  host(name: string): ReadonlyMap<string, string> {
    return this.snapshot(`.local/hosts/${name}`);
  }

  list(path: string): Record<string, string> {
    return keytoolList(this.path(".local/hosts", path), PASSWORD);
  }
}

describeWith(["terraform", "keytool"], "a server and its client, deployed apart", () => {
  const project = new ApartProject(ONE_WAY);

  beforeAll(() => project.deploy("server", "client"), 120_000);
  afterAll(() => project.remove());

  const isTrusted = () => {
    const [key = "none"] = Object.values(project.list("server/opt/keys.p12"));
    return (
      project.list("client/opt/trust.p12")["server"] === key.replace("PrivateKeyEntry", "trustedCertEntry")
    );
  };

  test("a first placement waited for nobody, and a deploy of one stack changes nothing", () => {
    expect(isTrusted()).toBe(true);
    expect(project.succeeds("deploy", "server", "--auto-approve").stdout).toContain("server: No changes");
  });

  test("a renewed key of a store and renewed files of a PEM server are refused until their client has been deployed, which is named", () => {
    // GIVEN
    project.renew("server/Java", "server/Nginx");
    const before = project.host("server");

    // WHEN
    const message = project.refused("server");

    // THEN
    expect(message).toContain("terraform plan failed for stack server");
    expect(message).toContain('/opt/keys.p12: "server" stays as it is');
    expect(message).toMatch(
      /\/opt\/trust\.p12 on local:\.local\/hosts\/client, declared by client, does not hold the anchor ([0-9A-F]{2}:?){32}\./,
    );
    for (const file of ["/opt/web.crt", "/opt/web.key"]) expect(message).toContain(`${file} stays as it is`);
    expect(message).toContain(
      "/opt/ca.pem on local:.local/hosts/client, declared by client, does not hold the anchor",
    );
    expect(message).toContain("Deploy client first (cdktf-trust deploy client), then this again");
    expect(project.host("server")).toEqual(before);
    expect(isTrusted()).toBe(true);

    // WHEN
    project.succeeds("deploy", "client", "--auto-approve");
    project.succeeds("deploy", "server", "--auto-approve");

    // THEN
    expect(project.host("server")).not.toEqual(before);
    expect(isTrusted()).toBe(true);
    expect(project.read(".local/hosts/client/opt/ca.pem")).toEqual(
      project.read(".local/hosts/server/opt/web.crt"),
    );
    project.succeeds("verify");
  }, 300_000);

  slowly(
    "a plan of all shows it, with a warning, and a deploy of all does it in one go (SLOW=1)",
    () => {
      // GIVEN
      project.renew("server/Java", "server/Nginx");

      // WHEN
      const planned = project.cli("plan");

      // THEN
      expect(planned.status).toBe(1);
      expect(planned.stdout.replace(/\s+/g, " ")).toContain(
        'warning: The apply of /opt/keys.p12: "server" will be refused as things are',
      );

      // WHEN
      const { stdout } = project.succeeds("deploy", "--auto-approve");

      // THEN
      expect(stdout).toMatch(/client: deployed[^]*server: deployed/);
      expect(isTrusted()).toBe(true);
      project.succeeds("plan");
    },
    300_000,
  );

  slowly(
    "a plan that looks at no host warns of none (SLOW=1)",
    () => {
      project.renew("server/Java");
      const planned = project.cli("plan", "--no-artifacts");
      expect(planned.status).toBe(1);
      expect(planned.stdout).not.toContain("warning");
    },
    300_000,
  );
});

describeWith(["terraform", "keytool"], "two stacks that call each other, deployed apart", () => {
  const project = new ApartProject(MUTUAL);
  const all = ["left/Server", "left/Client", "right/Server", "right/Client"];

  beforeAll(() => project.deploy("left", "right"), 120_000);
  afterAll(() => project.remove());

  const keysOf = (side: string) => project.read(`.local/hosts/${side}/opt/keys.p12`);

  slowly(
    "both renewed, a deploy of all works",
    () => {
      project.renew(...all);
      const before = [keysOf("left"), keysOf("right")];
      expect(project.succeeds("deploy", "--auto-approve").stdout).toContain("left (trust first): deployed");
      expect([keysOf("left"), keysOf("right")]).not.toEqual(before);
      project.succeeds("plan");
    },
    300_000,
  );

  slowly(
    "both renewed, each alone is refused, and doing what the refusals say ends well",
    () => {
      // GIVEN
      project.renew(...all);
      const before = [keysOf("left"), keysOf("right")];

      // WHEN
      expect(project.refused("right")).toContain("Deploy left first");
      const message = project.refused("left");

      // THEN a client certificate waits for the server that it is presented to, as a server's for its clients
      expect(message).toContain("Deploy right first");
      for (const alias of ["server", "client"])
        expect(message).toMatch(new RegExp(`keys\\.p12: "${alias}" stays as it is.* declared by right,`));
      expect([keysOf("left"), keysOf("right")]).toEqual(before);

      // WHEN left has its anchors by now
      project.succeeds("deploy", "right", "--auto-approve");
      project.succeeds("deploy", "left", "--auto-approve");

      // THEN
      project.succeeds("verify");
      project.succeeds("plan");
    },
    300_000,
  );

  slowly(
    "with Terraform itself, the refused apply puts its anchors in place, and so both come to an end (SLOW=1)",
    () => {
      // GIVEN
      project.renew(...all);
      project.succeeds("synth");
      const apply = (stack: string) =>
        project.run(
          tool("terraform"),
          ["apply", "-auto-approve", "-input=false", "-no-color"],
          {},
          `cdktf.out/local/stacks/${stack}`,
        );
      const before = [keysOf("left"), keysOf("right")];

      // WHEN
      const first = apply("left");

      // THEN
      expect(first.status).toBe(1);
      expect(first.stderr.replace(/[│╷╵]/g, " ").replace(/\s+/g, " ")).toContain("Deploy right first");
      expect([keysOf("left"), keysOf("right")]).toEqual(before);
      expect(apply("right")).toMatchObject({ status: 0 });
      expect(apply("left")).toMatchObject({ status: 0 });
      project.succeeds("verify");
    },
    300_000,
  );
});
