import { chmodSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { unzipSync } from "fflate";
import { type Lock, LockSession, type OpenLock, resolveIdentity } from "../../lib/lock";
import { type ChainPart, type TrustPlan, certificateAt } from "../../lib/model";
import { certificatesFromPem } from "../../lib/pki";
import { createSecretResolver } from "../../lib/hosts";
import { projectName } from "../../lib/project";
import { keytoolList } from "../provider/support/stores";
import { LocalProject } from "../support/localProject";
import { announced, back, steady, switched } from "../support/rotation";
import { describeWith, slowly } from "../support/tools";

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

const HEADS = ["fleet/Self/Certificate", "fleet/Root", "fleet/Issuing", "fleet/Client/Certificate"];
const RELYING = ["Clients", "ServerCertificate", "Servers"].map(
  (file) => `updated in-place: trust_file.${file}`,
);
const ANCHORS = ["Issuing", "Root", "Self"].map((name) => `trust_truststore_entry.Trusts${name}_*`);
const SWITCH = [
  ...["Deep", "Nginx", "Self"].map((name) => `replaced: null_resource.${name}_TrustFirst`),
  ...["Client_Certificate", "Client_Key", "Nginx_Certificate", "Nginx_Key"].map(
    (name) => `updated in-place: trust_file.${name}File`,
  ),
  ...["Deep", "Rooted", "Self"].map((name) => `updated in-place: trust_key_entry.${name}_KeyEntry`),
];

describeWith(
  ["terraform", "keytool"],
  "a self-signed identity, a root, an intermediate and a client that change",
  () => {
    const project = new RotatingProject(FLEET);
    let first: Lock;
    let second: Lock;

    beforeAll(() => {
      project.begin("servers", "callers");
      first = project.lock;
      project.keep();
    }, 240_000);
    afterAll(() => project.remove());

    /** What keytool, and who reads PEM, find to be trusted for each identity. */
    function expectTrusted(...generations: readonly Lock[]): void {
      const [newest, older] = generations;
      const listed = (lock: Lock, suffix: string): [string, string][] => [
        [`self${suffix}`, fingerprint(lock, "fleet/Self/Certificate")],
        [`root${suffix}`, fingerprint(lock, "fleet/Root")],
        [`issuing${suffix}`, fingerprint(lock, "fleet/Deep/Certificate", "issuer")],
      ];
      const all = [
        ...(newest === undefined ? [] : listed(newest, "")),
        ...(older === undefined ? [] : listed(older, "-previous")),
      ].map(([alias, sha256]) => [alias, `trustedCertEntry ${sha256}`]);
      expect(project.list("callers/opt/trust.p12")).toEqual(Object.fromEntries(all));
      const inFile = (id: string) => generations.toReversed().map((lock) => fingerprint(lock, id));
      expect(project.pem("servers/opt/clients.pem")).toEqual(inFile("fleet/Client/Certificate"));
      expect(project.pem("callers/opt/servers.pem")).toEqual(inFile("fleet/Root"));
      expect(project.pem("callers/opt/self.crt")).toEqual(inFile("fleet/Self/Certificate"));
      expect(project.der("servers/opt/user.der")).toBe(inFile("fleet/Client/Certificate")[0]);
    }

    function expectServed(lock: Lock): void {
      expect(project.list("servers/opt/Self-keys.p12")).toEqual({
        server: `PrivateKeyEntry ${fingerprint(lock, "fleet/Self/Certificate", "leaf")}`,
      });
      expect(project.pem("callers/opt/client.crt")).toEqual([
        fingerprint(lock, "fleet/Client/Certificate", "leaf"),
      ]);
    }

    /** Certificates in the archive for the machine that nobody may log in to. */
    function bundled(): string[] {
      const files = unzipSync(
        new Uint8Array(project.read("cdktf.out/local/stacks/fleet/artifacts/mainframe.zip")),
      );
      return Object.keys(files).filter((name) => name.startsWith("certificates/"));
    }

    test("announced, an anchor is added beside each one, under every reader, and nothing else is served", () => {
      const announcement = project.announce(...HEADS);
      second = switched(announcement);

      expect(project.changes()).toEqual([
        "created: trust_file.UserCertificate-next",
        ...ANCHORS.map((address) => `created: ${address}`),
        ...RELYING,
      ]);
      project.deploy();

      expectTrusted(second, first);
      expectServed(first);
      expect(project.der("servers/opt/user-next.der")).toBe(fingerprint(second, "fleet/Client/Certificate"));
      expect(bundled()).toEqual([
        expect.stringMatching(/^certificates\/self-[0-9a-f]{8}\.crt$/),
        expect.stringMatching(/^certificates\/self-previous-[0-9a-f]{8}\.crt$/),
      ]);
      expect(project.changes()).toEqual([]);
    }, 300_000);

    slowly(
      "taken back, each announced anchor goes again; announced anew, it comes",
      () => {
        const announcement = project.lock;
        project.commit(({ lock }) => back(lock));
        project.deploy();
        expectTrusted(first);
        expect(project.changes()).toEqual([]);
        project.commit(() => announcement);
        project.deploy();
        expectTrusted(second, first);
      },
      300_000,
    );

    test("switched, keys change in their places and no anchor does", () => {
      project.commit(({ lock }) => switched(lock));
      expect(project.changes()).toEqual(SWITCH);
      project.deploy();
      expectTrusted(second, first);
      expectServed(second);
      expect(project.changes()).toEqual([]);
    }, 400_000);

    slowly(
      "switched, and back, and again, keys alone change",
      () => {
        project.commit(({ lock }) => back(lock));
        expect(project.changes()).toEqual(SWITCH);
        project.deploy();
        expectTrusted(second, first);
        expectServed(first);
        expect(project.changes()).toEqual([]);

        project.commit(({ lock }) => switched(lock));
        project.deploy();
        expectServed(second);
      },
      400_000,
    );

    test("an older lock is refused before an anchor goes", () => {
      const current = project.lock;
      const before = project.snapshot(".local/hosts");
      project.commit(() => first);
      expect(project.refused("deploy", "--auto-approve")).toContain("an older lock is being deployed");
      expect(project.snapshot(".local/hosts")).toEqual(before);
      project.commit(() => current);
    }, 120_000);

    test("retired, only the former anchors go", () => {
      project.commit(({ lock }) => steady(lock));
      expect(project.changes()).toEqual([
        "destroyed: trust_file.UserCertificate-next",
        ...ANCHORS.map((address) => `destroyed: ${address}`),
        ...RELYING,
        "updated in-place: trust_file.UserCertificate",
      ]);
      project.deploy();
      expectTrusted(second);
      expectServed(second);
      expect(project.changes()).toEqual([]);
    }, 400_000);

    slowly(
      "retired, another rotation begins as the first did",
      () => {
        const third = switched(project.announce(...HEADS));
        project.deploy();
        expectTrusted(third, second);
        expect(project.changes()).toEqual([]);
      },
      400_000,
    );

    test("a deploy that would announce and switch in one go is refused, names place, identity and ways out, and changes nothing", () => {
      project.restore();
      project.announce(...HEADS);
      project.commit(({ lock }) => switched(lock));
      const before = project.snapshot(".local/hosts");

      // The command looks at all stacks first, and the provider at what one of them would change.
      const told = project.refused("deploy", "--auto-approve");
      expect(told).toContain(
        "callers:/opt/trust.p12 does not trust generation 2 of fleet/Self/Certificate yet",
      );
      expect(told).toContain("cdktf-trust rotate fleet/Self/Certificate --back");
      expect(told).not.toContain("Planning failed");
      const message = project.refused("plan");
      expect(message).toContain(
        '/opt/Self-keys.p12: "server" stays as it is: "fleet/Self/Certificate" changes in phases',
      );
      expect(message).toMatch(
        /\/opt\/trust\.p12 on local:\.local\/hosts\/callers, declared by this configuration itself, does not hold/,
      );
      expect(message).toContain("cdktf-trust rotate fleet/Self/Certificate --back");
      expect(message).toContain("/opt/client.crt stays as it is");
      expect(project.snapshot(".local/hosts")).toEqual(before);
    }, 400_000);

    slowly(
      "a step that was refused is taken back, and goes on from there",
      () => {
        project.commit(({ lock }) => back(lock));
        project.deploy();
        project.commit(({ lock }) => switched(lock));
        project.deploy();
        expect(project.changes()).toEqual([]);
      },
      400_000,
    );
  },
);
