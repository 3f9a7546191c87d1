import { existsSync, renameSync, rmSync } from "node:fs";
import { keytoolList } from "../provider/support/stores";
import { LocalProject, type ProgramResult } from "../support/localProject";
import { describeWith, slowly } from "../support/tools";

const PASSWORD = "stores-of-the-living-1";

/** One stack on three machines, one of which nobody may log in to, and a stack of its own on the one that dies. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, HttpsCallbackEndpoint, Keystore, Secret, TrustFile, TrustStack, TruststoreEntry } from "@repository/lib";
const password = Secret.file("password");
class Stack extends TrustStack {
  constructor(scope, id, hosts) {
    super(scope, id);
    for (const host of hosts) {
      const endpoint = new HttpsCallbackEndpoint(this, "Server-" + host.hostId, {
        names: [host.hostId + ".example.com"], port: 8443,
        identity: new Keystore(this, "Keystore-" + host.hostId, { host, path: "/opt/" + id + ".jks", password }).entry("server"),
        certificate: Certificate.selfSigned({ keyAlgorithm: "ec-p256" }),
      });
      if (host.hostId === "dead") {
        const truststore = new Keystore(this, "Truststore", { host: Host.local("living"), path: "/opt/trust.jks", password });
        new TruststoreEntry(this, "Trusts", { truststore, alias: id, trusts: endpoint });
        new TrustFile(this, "Note", { host, path: "/opt/note.txt", content: { text: "here" } });
      }
    }
  }
}
const app = new App();
const living = Host.local("living"), dead = Host.local("dead"), mainframe = Host.manual("mainframe");
new Stack(app, "shop", [living, dead, mainframe]);
/* second */ new Stack(app, "alone", [dead]);
app.synth();
`;

describeWith(["terraform", "keytool"], "a machine that is dead", () => {
  const project = new LocalProject(SOURCE);

  beforeAll(() => {
    project.write("password", `${PASSWORD}\n`);
    for (const host of ["living", "dead"]) project.write(`.local/hosts/${host}/opt/.keep`, "");
    expect(project.cli("deploy", "--auto-approve").stderr).toContain("deploy: 2 of 2 stacks changed");
    renameSync(project.path(".local/hosts/dead"), project.path("dead"));
    // Whoever asks for it finds no machine, but a file that stands in the way.
    project.write(".local/hosts/dead", "gone");
    project.keep();
  }, 300_000);

  beforeEach(() => project.restore());
  afterAll(() => project.remove());

  const living = () => keytoolList(project.path(".local/hosts/living/opt/shop.jks"), PASSWORD);

  function ok(...words: readonly string[]): ProgramResult {
    const result = project.cli(...words);
    expect({ status: result.status, stderr: result.stderr }).toMatchObject({ status: 0 });
    return result;
  }

  test("is in the way of a destroy until it is forgotten", () => {
    expect(project.cli("destroy", "--auto-approve").status).toBe(2);

    // WHEN nobody approves it
    const asked = project.cli("forget", "dead");
    expect(asked).toMatchObject({ status: 2, stdout: "" });
    expect(asked.stderr).toContain("--auto-approve");

    // WHEN
    const forgotten = ok("forget", "dead", "--auto-approve");

    // THEN
    expect(forgotten.stderr).toContain("trust_key_entry.Server-dead_KeyEntry  /opt/shop.jks");
    expect(forgotten.stdout).toContain("alone: let go of");
    expect(forgotten.stdout).toContain("shop: let go of 3 rows");
    expect(forgotten.stdout).toContain("claimed by cdktf-trust/local/alone, cdktf-trust/local/shop");
    expect(Object.keys(living())).toEqual(["server"]);
    ok("destroy", "--auto-approve");
    expect(existsSync(project.path(".local/hosts/living/opt/shop.jks"))).toBe(false);
  }, 480_000);

  test("and is taken out of the code leaves the others as they were, and comes back", () => {
    const before = living();
    project.writeMain(
      SOURCE.replace("[living, dead, mainframe]", "[living, mainframe]").replace(/.*second.*\n/, ""),
    );
    // WHEN it is named as the states name it, being declared no more
    const unknown = project.cli("forget", "dead");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("Declared are living, mainframe; the states name local:.local/hosts/");
    ok("forget", "local:.local/hosts/dead", "--auto-approve");

    // THEN
    ok("deploy", "--auto-approve");
    expect(living()).toEqual(before);

    // WHEN it comes back, and is declared again
    rmSync(project.path(".local/hosts/dead"));
    renameSync(project.path("dead"), project.path(".local/hosts/dead"));
    const held = keytoolList(project.path(".local/hosts/dead/opt/shop.jks"), PASSWORD);
    project.writeMain(SOURCE);
    ok("deploy", "--auto-approve");
    expect(keytoolList(project.path(".local/hosts/dead/opt/shop.jks"), PASSWORD)).toEqual(held);
  }, 480_000);

  slowly(
    "and was forgotten is in no state, and gone from the next plan (SLOW=1)",
    () => {
      ok("forget", "dead", "--auto-approve");
      expect(ok("forget", "dead", "--auto-approve").stdout).toBe("no state holds anything of dead\n");
      project.writeMain(
        SOURCE.replace("[living, dead, mainframe]", "[living, mainframe]").replace(/.*second.*\n/, ""),
      );
      ok("deploy", "--auto-approve");
      expect(ok("plan").stdout).toBe("shop: No changes.\n");
      ok("destroy", "--auto-approve");
      expect(existsSync(project.path(".local/hosts/living/opt/shop.jks"))).toBe(false);
    },
    480_000,
  );

  slowly(
    "cannot be one that nothing is delivered to, or that is not there",
    () => {
      const manual = project.cli("forget", "mainframe");
      expect(manual).toMatchObject({ status: 2, stdout: "" });
      expect(manual.stderr).toContain("nothing is delivered to mainframe (manual)");
      const unknown = project.cli("forget", "daed");
      expect(unknown.stderr).toContain(
        '"daed" is no host of this environment. Declared are dead, living, mainframe',
      );
    },
    300_000,
  );
});
