import { spawnSync } from "node:child_process";
import {
  type Dirent,
  chmodSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { type IdentityEntry, type StoreEntry, createStore, readStore, writeStore } from "../../lib/keystore";
import { generateKey, issueCertificate } from "../../lib/pki";
import { anchorEntry, makeIdentity } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith } from "../support/tools";

const CLI = resolve(__dirname, "../../dist/cdktf-trust.cjs");
const CONF = "opt/electriccloud/electriccommander/conf";
const KEYSTORE = `.local/hosts/flow/${CONF}/keystore`;
const CACERTS = ".local/hosts/ispw/opt/java/lib/security/cacerts";
const PASSWORD = "store-password-1";

const publicRoot = anchorEntry("publicroot", makeIdentity("Public Root"));

/** ElectricFlow with its own certificate, and ISPW that calls it back. */
function stackSource(options: { keystorePassword?: string; onForeign?: string; more?: string } = {}): string {
  const { keystorePassword = `Secret.file("secrets/keystore")`, onForeign = "refuse", more = "" } = options;
  return `
import { App } from "@repository/node_modules/cdktf";
import { ElectricFlowServer, Host, IspwServer, Secret, TrustStack, TruststoreEntry } from "@repository/lib";
class BadInputStack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const flow = new ElectricFlowServer(this, "Flow", {
      host: Host.local("flow"), serverAddress: "flow.example.com", keystorePassword: ${keystorePassword},
    });
    const ispw = new IspwServer(this, "Ispw", {
      host: Host.local("ispw"), javaHome: "/opt/java", cacertsPassword: Secret.file("secrets/cacerts"),
    });
    new TruststoreEntry(this, "IspwTrustsFlow", {
      truststore: ispw.cacerts, alias: "electricflow", trusts: flow.endpoint, onForeign: "${onForeign}",
    });
    ${more}
  }
}
const app = new App();
new BadInputStack(app, "bad-input");
app.synth();
`;
}

function jetty(options: { name?: string; notBefore?: Date } = {}): IdentityEntry {
  const { name = "flow.example.com", notBefore = new Date() } = options;
  const { pkcs8, publicKey } = generateKey("ec-p256");
  const certificate = issueCertificate({
    subject: { commonName: name },
    names: [{ kind: "dns", value: name }],
    publicKey,
    issuer: { pkcs8 },
    notBefore,
    validityDays: 90,
    randomBytes: (length) => Buffer.alloc(length, 7),
  });
  return {
    kind: "identity",
    alias: "jetty",
    createdMs: 0,
    chain: [certificate],
    key: { kind: "clear", pkcs8 },
  };
}

describeWith("terraform", "bad input changes nothing on the hosts, and the message says what to do:", () => {
  const project = new LocalProject(stackSource(), { environments: { production: {} } });

  function store(path: string, entries: readonly StoreEntry[], password = PASSWORD): void {
    project.write(path, writeStore({ ...createStore("jks"), entries }, password));
  }

  function secretFile(name: string, value: string): void {
    project.write(`secrets/${name}`, `${value}\n`);
    chmodSync(project.path("secrets", name), 0o600);
  }

  /**
   * What a deploy that must fail said, in one line, after it was seen that the hosts are as they were. One that
   * fails halfway may have reached other hosts than the one at fault.
   */
  function refused(host = ".", deploy = () => project.cli("deploy", "--auto-approve")): string {
    const before = asItIs(host);
    const { status, stderr } = deploy();
    expect({ status, stderr }).toMatchObject({ status: 2 });
    expect(asItIs(host)).toEqual(before);
    expect(stderr).not.toContain(PASSWORD);
    return stderr.replaceAll(/[\s│╷╵]+/g, " ");
  }

  /** Every file of a host with its bytes and mode, and every link. */
  function asItIs(host: string): Record<string, string> {
    const root = project.path(".local/hosts", host);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), `${lstatSync(path).mode.toString(8)} ${contentOf(entry, path)}`] as const;
    });
    return Object.fromEntries(files);
  }

  beforeEach(() => {
    rmSync(project.path(".local"), { recursive: true, force: true });
    rmSync(project.path("cdktf.out"), { recursive: true, force: true });
    project.writeMain(stackSource());
    secretFile("keystore", PASSWORD);
    secretFile("cacerts", PASSWORD);
    store(KEYSTORE, [jetty()]);
    store(CACERTS, [publicRoot]);
  });

  afterAll(() => project.remove());

  test("a wrong store password", () => {
    secretFile("cacerts", "another-password");
    const message = refused();
    expect(message).toContain("/opt/java/lib/security/cacerts");
    expect(message).toContain("file:secrets/cacerts");
    expect(message).toMatch(/the password does not open the store/);
    expect(message).not.toContain("another-password");
  });

  test("a store that is none", () => {
    project.write(CACERTS, "this is a README\n");
    const message = refused();
    expect(message).toContain("/opt/java/lib/security/cacerts");
    expect(message).toMatch(/Correct the path, or restore the store from a backup/);
  });

  test("a certificate whose names do not cover the server address", () => {
    store(KEYSTORE, [jetty({ name: "old-name.example.com" })]);
    const message = refused();
    expect(message).toContain("bad-input/IspwTrustsFlow/Hop [name-not-covered]");
    expect(message).toContain("flow.example.com");
    expect(message).toContain("old-name.example.com");
  });

  test("a repeated alias, whatever its case", () => {
    const more = `new TruststoreEntry(this, "Again", { truststore: ispw.cacerts, alias: "ElectricFlow", trusts: flow.endpoint });`;
    project.writeMain(stackSource({ more }));
    const message = refused();
    expect(message).toContain('alias "ElectricFlow" is declared twice in /opt/java/lib/security/cacerts');
    expect(message).toContain("bad-input/IspwTrustsFlow");
    expect(message).toContain("give one of the two another alias");
  });

  test("somebody else's entry under a declared alias, with both ways out", () => {
    store(CACERTS, [publicRoot, anchorEntry("electricflow", makeIdentity("Somebody Else"))]);
    const message = refused("ispw");
    expect(message).toContain('"electricflow" is there already: the certificate CN=Somebody Else');
    expect(message).toContain("terraform import");
    expect(message).toContain("onForeign in a stack");

    project.writeMain(stackSource({ onForeign: "replace" }));
    expect(project.cli("deploy", "--auto-approve")).toMatchObject({ status: 0 });
  });

  test("a secret that is missing", () => {
    project.writeMain(stackSource({ keystorePassword: `Secret.env("FLOW_KEYSTORE_PASSWORD")` }));
    const message = refused();
    expect(message).toContain("env:FLOW_KEYSTORE_PASSWORD");
    expect(message).toContain("the environment variable is not set. Set it, or change the reference");
  });

  test("an expired certificate", () => {
    store(KEYSTORE, [jetty({ notBefore: new Date(Date.now() - 100 * 86_400_000) })]);
    const message = refused();
    expect(message).toMatch(/\[expired\]: .*flow\.example\.com/);
  });

  test("a lock of a version that is not known", () => {
    project.write(".local/trust.lock.local.json", `{ "formatVersion": 99, "environment": "local" }`);
    const message = refused();
    expect(message).toContain("trust.lock.local.json: the lock has formatVersion 99");
    expect(message).toContain("install the version of cdktf-trust that wrote it");
  });

  test("a frozen lock that is stale", () => {
    const message = refused(".", () =>
      project.cli("deploy", "--environment", "production", "--auto-approve"),
    );
    expect(message).toContain("bad-input/Flow/Endpoint/Certificate: it is declared and not in the lock");
    expect(message).toContain("run `cdktf-trust lock --observe --environment production`");
    expect(message).not.toMatch(/node:internal|anonymous/);
    expect(() => project.read("trust.lock.production.json")).toThrow("ENOENT");
  });

  test("a directory that is read-only", () => {
    const directory = project.path(CACERTS, "..");
    const message = refused("ispw", () => deployWithReadOnly(directory));
    expect(message).toContain("/opt/java/lib/security");
    expect(message).toMatch(/mounted read-only|permission denied/);
    expect(message).toContain("Nothing was changed");
  });

  test("a store behind a symbolic link is changed where it is, and the link stays", () => {
    const real = project.path(".local/hosts/ispw/etc/cacerts");
    project.write(".local/hosts/ispw/etc/.keep", "");
    renameSync(project.path(CACERTS), real);
    symlinkSync("../../../../etc/cacerts", project.path(CACERTS));
    expect(project.cli("deploy", "--auto-approve")).toMatchObject({ status: 0 });
    expect(readlinkSync(project.path(CACERTS))).toBe("../../../../etc/cacerts");
    const aliases = readStore(readFileSync(real), PASSWORD).entries.map(({ alias }) => alias);
    expect(aliases).toEqual(["publicroot", "electricflow"]);
  });

  /** Root writes wherever the mode forbids it, but not where the mount does. */
  function deployWithReadOnly(directory: string): ProgramResult {
    const words = [CLI, "deploy", "--auto-approve"];
    if (process.geteuid?.() !== 0) {
      chmodSync(directory, 0o555);
      const result = project.run(process.execPath, words);
      chmodSync(directory, 0o755);
      return result;
    }
    expect(spawnSync("unshare", ["-m", "true"])).toMatchObject({ status: 0 });
    const script = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"`;
    return project.run("unshare", ["-m", "sh", "-c", script, directory, process.execPath, ...words]);
  }
});

function contentOf(entry: Dirent, path: string): string {
  if (entry.isSymbolicLink()) return readlinkSync(path);
  return entry.isFile() ? readFileSync(path).toString("base64") : "";
}
