import { chmodSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { unzipSync } from "fflate";
import { type Lock, LockSession, type OpenLock, otherGeneration, resolveIdentity } from "../../lib/lock";
import { type ChainPart, type TrustPlan, certificateAt } from "../../lib/model";
import { certificatesFromPem } from "../../lib/pki";
import { createSecretResolver } from "../../lib/hosts";
import { projectName } from "../../lib/project";
import { keytoolList } from "../provider/support/stores";
import { LocalProject } from "../support/localProject";
import { announced, back, steady, switched } from "../support/rotation";
import { describeWith } from "../support/tools";

const PASSWORD = "stores-of-all-k3Vb8";

const FLEET = `
import { App } from "@repository/node_modules/cdktf";
import {
  AnchorsFile, Certificate, CertificateAuthority, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore,
  PemFiles, Secret, TrustStack, TrustFile, TruststoreEntry,
} from "@repository/lib";
const password = Secret.file("password");
const keyAlgorithm = "ec-p256";
class FleetStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const [servers, callers] = [Host.local("servers"), Host.local("callers")];
    const store = (host, name, profile = "modern") =>
      new Keystore(this, name, { host, path: "/opt/" + name + ".p12", password, profile });
    const trust = store(callers, "trust");
    const serves = (name, certificate) => new HttpsCallbackEndpoint(this, name, {
      names: [name.toLowerCase() + ".example.com"], port: 8443,
      identity: store(servers, name + "-keys").entry("server"), certificate,
    });
    const trusts = (name, options) => new TruststoreEntry(this, "Trusts" + name, { truststore: trust, alias: name.toLowerCase(), ...options });
    const self = serves("Self", Certificate.selfSigned({ keyAlgorithm }));
    trusts("Self", { trusts: self });
    const authority = (name, issuer) => new CertificateAuthority(this, name, { commonName: name + " CA", keyAlgorithm, issuer });
    const root = authority("Root");
    serves("Rooted", Certificate.issuedBy(root, { keyAlgorithm }));
    trusts("Root", { trusts: root });
    const issuing = authority("Issuing", authority("Above"));
    const deep = serves("Deep", Certificate.issuedBy(issuing, { keyAlgorithm }));
    trusts("Issuing", { trusts: deep, part: "issuer" });
    const clients = new AnchorsFile(this, "Clients", { host: servers, path: "/opt/clients.pem" });
    const nginx = new HttpsCallbackEndpoint(this, "Nginx", {
      names: ["nginx.example.com"], port: 9443, certificate: Certificate.issuedBy(root, { keyAlgorithm }),
      identity: PemFiles.at(servers, { certificatePath: "/opt/web.crt", keyPath: "/opt/web.key", keyPassword: password }),
      clientAuthentication: "require", truststore: clients,
    });
    const client = new ClientCertificateBinding(this, "Client", {
      identity: PemFiles.at(callers, { certificatePath: "/opt/client.crt", keyPath: "/opt/client.key", keyPassword: password }),
      certificate: Certificate.selfSigned({ keyAlgorithm }), endpoint: nginx,
      truststore: new AnchorsFile(this, "Servers", { host: callers, path: "/opt/servers.pem" }).trusts(nginx),
    });
    new TrustFile(this, "UserCertificate", {
      host: servers, path: "/opt/user.der", content: { certificateOf: client, part: "leaf", encoding: "der" },
    });
    new TrustFile(this, "ServerCertificate", {
      host: callers, path: "/opt/self.crt", content: { certificateOf: self, part: "anchor" },
    });
    const mainframe = new Keystore(this, "cacerts", { host: Host.manual("mainframe"), path: "/opt/cacerts", password, profile: "jks" });
    clients.trusts(client);
    new TruststoreEntry(this, "ByHand", { truststore: mainframe, alias: "self", trusts: self });
  }
}
const app = new App();
new FleetStack(app, "fleet");
app.synth();
`;

/** Project with a lock that goes through the phases of a rotation. */
class RotatingProject extends LocalProject {
  begin(...hosts: readonly string[]): void {
    this.write("password", `${PASSWORD}\n`);
    chmodSync(this.path("password"), 0o600);
    for (const host of hosts) this.write(`.local/hosts/${host}/opt/.keep`, "");
    this.deploy();
  }

  deploy(...stacks: readonly string[]): string {
    const result = this.cli("deploy", ...stacks, "--auto-approve");
    if (result.status !== 0) throw new Error(result.stderr);
    return result.stdout;
  }

  /** What a command says that is refused, on one line. */
  refused(...words: readonly string[]): string {
    const { status, stderr } = this.cli(...words);
    expect(status).toBe(2);
    return stderr.replace(/[│╷╵]/g, " ").replace(/\s+/g, " ");
  }

  /** What a deploy would do: words and addresses. */
  changes(): string[] {
    const { status, stdout, stderr } = this.cli("plan", "--json");
    if (status === 2) throw new Error(stderr);
    const [{ changes = "" } = {}] = JSON.parse(stdout) as { changes?: string }[];
    return [...changes.matchAll(/^ *# (\S+) (?:will be|must be) (.*)$/gm)]
      .map(([, address = "", what = ""]) => `${what}: ${address.replace(/_[0-9a-f]{8}$/, "_*")}`)
      .sort();
  }

  get lock(): Lock {
    const { lock } = this.session();
    if (lock === undefined) throw new Error("a lock was expected");
    return lock;
  }

  /** A commit of the lock. */
  commit(change: (open: OpenLock) => Lock): Lock {
    const session = this.session();
    session.save(change(session.open()));
    return this.lock;
  }

  announce(...heads: readonly string[]): Lock {
    const plans = ["fleet"].map(
      (stack) =>
        JSON.parse(this.read(`cdktf.out/local/stacks/${stack}/trust-plan.json`).toString()) as TrustPlan,
    );
    const [plan] = plans;
    if (plan === undefined) throw new Error("a plan was expected");
    return this.commit((open) => announced(open, { plan, heads, now: new Date(), randomBytes }));
  }

  private session(): LockSession {
    const { directory } = this;
    return new LockSession({
      projectDirectory: directory,
      project: projectName(directory),
      environment: "local",
      resolveSecret: createSecretResolver({ workingDirectory: directory }),
      randomBytes,
    });
  }

  list(path: string): Record<string, string> {
    return keytoolList(this.path(".local/hosts", path), PASSWORD);
  }

  pem(path: string): string[] {
    return certificatesFromPem(this.read(".local/hosts", path).toString()).map(({ sha256 }) => sha256);
  }

  der(path: string): string {
    return sha256(this.read(".local/hosts", path));
  }
}

function sha256(der: Uint8Array): string {
  return (createHash("sha256").update(der).digest("hex").toUpperCase().match(/../g) ?? []).join(":");
}

const fingerprint = (lock: Lock, id: string, part: ChainPart = "anchor") =>
  sha256(certificateAt(resolveIdentity(lock, id), part));

describeWith(["terraform", "keytool"], "a rotation in phases", () => {
  const project = new RotatingProject(FLEET);

  beforeAll(() => {
    project.begin("servers", "callers");
    project.keep();
  }, 120_000);
  afterAll(() => project.remove());

  test("prints", () => {
    project.announce("fleet/Self/Certificate", "fleet/Root", "fleet/Issuing", "fleet/Client/Certificate");
    console.log(
      [...project.lock.identities]
        .map(([id, i]) => `${id} ${i.generation} ${i.rotation?.other.generation}`)
        .join("\n"),
    );
    console.log(project.changes().join("\n"));
    console.log(project.deploy());
    console.log(project.changes().join("\n"), project.list("callers/opt/trust.p12"));
    project.commit(({ lock }) => switched(lock));
    console.log(project.changes().join("\n"));
    console.log(project.deploy());
    console.log(project.changes().join("\n"), project.list("callers/opt/trust.p12"));
    project.commit(({ lock }) => back(lock));
    console.log(project.changes().join("\n"));
    console.log(project.deploy());
    console.log(project.changes().join("\n"), project.list("callers/opt/trust.p12"));
    project.commit(({ lock }) => switched(lock));
    console.log(project.deploy());
    project.commit(({ lock }) => steady(lock));
    console.log(project.changes().join("\n"));
    console.log(project.deploy());
    console.log(project.changes().join("\n"), project.list("callers/opt/trust.p12"));
  }, 300_000);
});
void unzipSync;
void otherGeneration;
void fingerprint;
