import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readStore, setEntry, writeStore } from "../../lib/keystore";
import { addKey, changeKeyPassword, convertByHand, cutToLeaf, keytool, typeOf } from "../support/byHand";
import { makeAuthority, makeCertificate } from "../support/certificateMaker";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

const PASSWORD = "stores-of-all-k3Vb8";

/** A server that asks for a certificate, and two clients that have one; all from an intermediate. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import {
  Certificate, CertificateAuthority, ClientCertificateBinding, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustStack,
  TruststoreEntry,
} from "@repository/lib";
const password = Secret.file("password");
const app = new App();
new (class extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const root = new CertificateAuthority(this, "Root", { commonName: "Example Root" });
    const issuing = new CertificateAuthority(this, "Issuing", { commonName: "Example Issuing", issuer: root });
    const store = (host, name, profile = "jks") => new Keystore(this, host + "-" + name, {
      host: Host.local(host), path: "/opt/" + name, password, profile,
    });
    const trust = store("server", "trust");
    const server = new HttpsCallbackEndpoint(this, "Server", {
      names: ["server.example.com"], port: 8443, identity: store("server", "keys").entry("server"),
      certificate: Certificate.issuedBy(issuing), clientAuthentication: "require", truststore: trust,
    });
    for (const host of ["one", "two"]) {
      const trusts = store(host, "trust");
      const client = new ClientCertificateBinding(this, host, {
        identity: store(host, "keys", "modern").entry("client"), certificate: Certificate.issuedBy(issuing), endpoint: server,
        truststore: trusts,
      });
      new TruststoreEntry(this, host + "Trusts", { truststore: trusts, alias: "server", trusts: server });
      new TruststoreEntry(this, host + "Trusted", { truststore: trust, alias: host, trusts: client });
    }
  }
})(app, "shop");
app.synth();
`;

describeWith(["terraform", "keytool", "openssl"], "what somebody changed on a host by hand", () => {
  const project = new LocalProject(SOURCE);
  const storeAt = (host: string, name: string) => ({
    path: project.path(".local/hosts", host, "opt", name),
    password: PASSWORD,
  });
  const keys = storeAt("server", "keys");
  const clientKeys = storeAt("one", "keys");
  const trust = storeAt("one", "trust");

  /** Runs a command that must end so; gives what it said. */
  function exits(status: number, result: ProgramResult): string {
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status });
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
    return result.stdout;
  }
  const verify = () => project.cli("verify");
  const deploy = () => project.cli("deploy", "--auto-approve");

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    chmodSync(project.path("password"), 0o600);
    for (const host of ["server", "one", "two"]) project.write(`.local/hosts/${host}/opt/.keep`, "");
    exits(0, deploy());
  });

  afterEach(() => expect(exits(0, verify())).not.toMatch(/FAILS|warning|error/));
  afterAll(() => project.remove());

  test("a chain cut to its leaf: verify says what is missing, deploy puts it back", () => {
    cutToLeaf(keys, "server", "JKS");

    const said = exits(1, verify());

    expect(said).toContain(
      'FAILS: server:/opt/keys, "server": the chain was cut to its leaf: the plan pins also',
    );
    expect(said).toContain("CN=Example Issuing (SHA-256 ");
    exits(1, project.cli("plan"));
    exits(0, deploy());
  });

  slowly("a client's chain in PKCS12 likewise", () => {
    cutToLeaf(clientKeys, "client", "PKCS12");

    expect(exits(1, verify())).toContain('FAILS: one:/opt/keys, "client": the chain was cut to its leaf');
    exits(0, deploy());
  });

  slowly("another format that its reader opens: verify warns, deploy puts it back", () => {
    convertByHand(keys, "PKCS12");

    expect(exits(0, verify())).toMatch(
      /^warning: shop\/server-keys \[format-differs\]: server:\/opt\/keys is PKCS12, declared is JKS/m,
    );
    exits(0, deploy());
    expect(typeOf(keys)).toBe("JKS");
  });

  slowly("another format that its reader does not open: verify fails, deploy puts it back", () => {
    convertByHand(clientKeys, "JCEKS");

    expect(exits(1, verify())).toContain(
      "FAILS: one:/opt/keys is JCEKS, declared is PKCS12 (profile modern)",
    );
    exits(0, deploy());
    expect(typeOf(clientKeys)).toBe("PKCS12");
  });

  test("a key under another password: verify names it and the way out, deploy takes it", () => {
    changeKeyPassword(keys, "server", { from: PASSWORD, to: "another-password", type: "JKS" });

    const said = exits(1, verify());

    expect(said).toContain('FAILS: server:/opt/keys: the password does not open the key of "server"');
    expect(said).toContain("deploy again, which writes the key anew under its declared password");
    expect(project.cli("plan").stdout).toContain("key_state: under another password → as declared");
    exits(0, deploy());
  });

  test.each([
    ["server", keys, "server"],
    ["client", clientKeys, "client"],
  ])(
    "an EC key added to the store of a %s: verify and deploy name it, and it stays",
    (side, store, alias) => {
      if (side === "server") addKey(store, "added", "EC", "CN=Added");
      else addIssued();

      for (const said of [exits(1, verify()), exits(1, deploy())]) {
        expect(said).toContain(`the ${side} presents "added", not "${alias}"`);
        expect(said).toMatch(/^warning: \S+ \[key-not-declared\]: \S+ also holds a key under "added"/m);
        expect(said).toContain("a deploy leaves it, because it is somebody else's");
      }
      keytool(store, "-delete", "-alias", "added");
    },
  );

  test("a file that nobody here may read: named with host and path, the other hop is proven", () => {
    chmodSync(trust.path, 0);

    const said = exits(1, withoutPrivileges("verify"));

    expect(said).toMatch(
      /FAILS: one:\/opt\/trust: read \/opt\/trust: permission denied for user id \d+: run as/,
    );
    expect(said).toContain("ok: trusted through CN=Example Root");
    chmodSync(trust.path, 0o600);
  });

  test("stores that are damaged, missing or a folder: each is named, at once", () => {
    const bytes = [trust, clientKeys].map(({ path }) => readFileSync(path));
    writeFileSync(trust.path, "a README");
    renameSync(clientKeys.path, `${clientKeys.path}.away`);

    const said = exits(1, verify());

    expect(said).toContain("one:/opt/trust (password file:password): this is no store that is known");
    expect(said).toContain("one:/opt/keys is not there");
    expect(said).toContain("ok: trusted through CN=Example Root");
    writeFileSync(trust.path, bytes[0] ?? "");
    renameSync(`${clientKeys.path}.away`, clientKeys.path);
  });

  /** A Java client goes by the names of the issuers: the server asks for those under the root. */
  function addIssued(): void {
    const now = new Date();
    const authority = makeAuthority(now, "Example Root");
    const { pkcs8, chain } = makeCertificate({ now, subject: "Added", issuer: authority });
    const opened = readStore(readFileSync(clientKeys.path), PASSWORD);
    const added = { kind: "identity", alias: "added", key: { kind: "clear", pkcs8 }, chain } as const;
    writeFileSync(clientKeys.path, writeStore(setEntry(opened, added), PASSWORD));
  }

  /** Root reads whatever the mode forbids, unless it has given that up. */
  function withoutPrivileges(...words: readonly string[]): ProgramResult {
    const command = [process.execPath, LocalProject.program, ...words];
    if (process.geteuid?.() !== 0) return project.cli(...words);
    const given = "-dac_override,-dac_read_search";
    return project.run("setpriv", [`--bounding-set=${given}`, `--inh-caps=${given}`, ...command]);
  }
});
