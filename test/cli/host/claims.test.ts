import { rmSync } from "node:fs";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";

/** A store with a key and an anchor, a file, a setting; a machine that nobody may log in to, and one of no claims. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ConfigFile, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustFile, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.file("password");
class Stack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    const host = Host.local("app");
    const keystore = new Keystore(this, "Keystore", { host, path: "/opt/keys.jks", password });
    const endpoint = new HttpsCallbackEndpoint(this, "Server", {
      names: ["app.example.com"], port: 8443, identity: keystore.entry("Server"),
      certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
    });
    /* entry */ new TruststoreEntry(this, "Trusts", { truststore: keystore, alias: "itself", trusts: endpoint });
    new TrustFile(this, "Note", { host, path: "/opt/note.txt", content: { text: "here" } });
    new ConfigFile(this, "Config", { host, path: "/opt/app.PROPERTIES", settings: [{ kind: "property", key: "tls", value: "on" }] });
    new TrustFile(this, "Sent", { host: Host.manual("mainframe"), path: "/opt/note.txt", content: { text: "here" } });
    new TrustFile(this, "Never", { host: Host.local("new"), path: "/opt/note.txt", content: { text: "here" } });
  }
}
const app = new App();
new Stack(app, "one");
app.synth();
`;

describeWith("terraform", "cdktf-trust host claims", () => {
  const project = new LocalProject(SOURCE);

  beforeAll(() => {
    project.write("password", "store-password-1\n");
    project.write(".local/hosts/app/opt/app.properties", "tls=off\n");
    project.write(".local/hosts/new/opt/.keep", "");
    expect(project.cli("deploy", "--auto-approve").stderr).toContain("deploy: 1 of 1 stacks changed");
    rmSync(project.path(".local/hosts/new"), { recursive: true });
  }, 120_000);

  afterAll(() => project.remove());

  test("lists what is claimed on every host, with whose it is, and changes nothing", () => {
    const before = project.snapshot(".");
    const { status, stdout } = project.cli("host", "claims");
    expect(status).toBe(0);
    const rows = stdout.split("\n").map((line) => line.split(/\s{2,}/).join(" | "));
    expect(rows).toEqual(
      expect.arrayContaining([
        "host | path | kind | alias or setting | owner | origin | generation | declared",
        expect.stringMatching(
          /^app \| \/opt\/keys\.jks \| store \|.* cdktf-trust\/local\/one \| created .*yes$/,
        ),
        expect.stringMatching(
          /^app \| \/opt\/keys\.jks \| key \| server \| cdktf-trust\/local\/one \| created .*yes$/,
        ),
        expect.stringMatching(/^app \| \/opt\/keys\.jks \| anchor \| itself \| .*yes$/),
        expect.stringMatching(
          /^app \| \/opt\/note\.txt \| file \|.* cdktf-trust\/local\/one \| created .*yes$/,
        ),
        expect.stringMatching(
          /^app \| \/opt\/app\.PROPERTIES \| setting \| property tls \| .*displaced .*yes$/,
        ),
        expect.stringContaining("mainframe: nobody may log in to it from here (manual)"),
      ]),
    );
    expect(project.snapshot(".")).toEqual(before);

    // A lock that is damaged is no reason not to know.
    const lock = project.read(".local/trust.lock.local.json");
    project.write(".local/trust.lock.local.json", "{");
    expect(project.cli("host", "claims").stdout).toBe(stdout);
    project.write(".local/trust.lock.local.json", lock);
  }, 60_000);

  test("for tools, and tells what is declared no more from what is", () => {
    project.writeMain(SOURCE.replace(/.*\/\* entry.*\n/, ""));
    const { stdout } = project.cli("host", "claims", "app", "--json");
    const files = JSON.parse(stdout) as {
      path: string;
      claims: { at: string; declared: boolean; ours: boolean }[];
    }[];
    expect(files.map(({ path }) => path)).toEqual(["/opt/keys.jks", "/opt/note.txt", "/opt/app.PROPERTIES"]);
    const flags = files[0]?.claims.map(({ at, declared, ours }) => [at, declared, ours]).sort();
    expect(flags).toEqual([
      ["", true, true],
      ["itself", false, true],
      ["server", true, true],
    ]);
    project.writeMain(SOURCE);
  }, 60_000);

  test("shows text that nobody vouches for inert, and a record that is damaged as one that cannot be read", () => {
    const record = ".local/hosts/app/opt/.note.txt.cdktf-trust.json";
    const written = project.read(record).toString();
    project.write(record, written.replace("cdktf-trust/local/one", "\\u001b[2Jevil\\u202e\\nforged"));
    const hostile = project.cli("host", "claims", "app");
    expect(hostile).toMatchObject({ status: 0 });
    expect(hostile.stdout).toContain("\\u{1b}[2Jevil\\u{202e}\\u{a}forged");

    project.write(record, "{");
    const damaged = project.cli("host", "claims", "app");
    expect(damaged.status).toBe(2);
    expect(damaged.stdout).toMatch(
      /app: \/opt\/note.txt could not be read: .*the ownership record is damaged/,
    );
    expect(damaged.stdout).toContain("/opt/keys.jks");
    project.write(record, written);
  }, 60_000);

  test("of a host that is not there says which are", () => {
    const { status, stderr } = project.cli("host", "claims", "ap");
    expect(status).toBe(2);
    expect(stderr).toContain('there is no host "ap" in this environment; there are: app, mainframe, new');
  }, 60_000);
});
