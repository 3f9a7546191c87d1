import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { LocalProject, type ProgramResult } from "../support/localProject";
import { hasSshServer } from "../support/sshServer";
import { describeWith } from "../support/tools";
import { startWindowsMachine, type WindowsMachine, windowsPathOf } from "../support/windowsMachine";

/** One machine with keystore, truststore, a file of ours and a setting in one of the product's. */
function declaration(root: string, value: string): string {
  const path = (name: string): string => JSON.stringify(windowsPathOf(join(root, name)));
  return `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, ConfigFile, JavaClient, JavaServer, Secret, TrustFile, TrustStack } from "@repository/lib";
const app = new App();
class Machines extends TrustStack {
  constructor() {
    super(app, "machines");
    const host = TrustStack.of(this).environment.host("ces");
    const password = Secret.file("password");
    const server = new JavaServer(this, "Server", {
      host, names: ["server.example.com"], port: 8443, keystorePath: ${path("conf/keys.p12")},
      keystorePassword: password, alias: "server", certificate: Certificate.selfSigned(),
    });
    const client = new JavaClient(this, "Client", { host, truststore: ${path("conf/trust.jks")}, password });
    client.calls(server);
    new ConfigFile(this, "Config", {
      host, path: ${path("conf/App.properties")}, settings: [{ kind: "property", key: "tls", value: "${value}" }],
    });
    new TrustFile(this, "Note", { host, path: ${path("conf/note.txt")}, content: { text: "a note" }, mode: 0o600 });
  }
}
new Machines();
app.synth();
`;
}

describeWith("terraform", "a machine of Windows", () => {
  (hasSshServer ? describe : describe.skip)("through SFTP", () => {
    let machine: WindowsMachine;
    let root: string;
    let project: LocalProject;

    /** Runs a command that must end so; gives all that it said. */
    function says(status: number, { stdout, stderr, status: ended }: ProgramResult): string {
      expect({ status: ended, said: status === ended ? "" : stdout + stderr }).toEqual({ status, said: "" });
      return stdout + stderr;
    }

    beforeAll(async () => {
      machine = await startWindowsMachine("modern");
      root = realpathSync(mkdtempSync(join(tmpdir(), "drive-")));
      mkdirSync(join(root, "conf"));
      writeFileSync(join(root, "conf/app.PROPERTIES"), "a=1\r\ntls=off\r\n");
      const { address, connection } = machine.server;
      const { user, hostKey } = connection;
      const ces = { address, user, hostKey, identity: "keys/user", platform: "windows" };
      project = new LocalProject(declaration(root, "on"), { environments: { local: { hosts: { ces } } } });
      project.write("password", "a long enough password");
      mkdirSync(project.path("keys"));
      project.write("keys/user", readFileSync(join(machine.server.folder, "user")));
      project.run("chmod", ["600", "keys/user", "password"]);
    }, 60_000);

    afterAll(async () => {
      project.remove();
      rmSync(root, { recursive: true });
      await machine.stop();
    });

    test("is deployed, and a file that gets the rights of its directory is named before", () => {
      const said = says(0, project.cli("deploy", "--auto-approve", "machines"));
      expect(said).toContain("will lose access rights of its own (it gets those of its directory)");
      expect(readFileSync(join(root, "conf/app.PROPERTIES"), "latin1")).toBe("a=1\r\ntls=on\r\n");
      const left = readdirSync(join(root, "conf")).filter((name) => !name.endsWith(".bak"));
      expect(left.sort()).toEqual([
        ".app.PROPERTIES.cdktf-trust.json",
        ".keys.p12.cdktf-trust.json",
        ".note.txt.cdktf-trust.json",
        ".trust.jks.cdktf-trust.json",
        "app.PROPERTIES",
        "app.PROPERTIES.orig",
        "keys.p12",
        "note.txt",
        "trust.jks",
      ]);
      expect(said).not.toMatch(/FAILS|error:/);
    }, 300_000);

    test("has nothing to do at a second plan, and puts right what somebody changed", () => {
      expect(says(0, project.cli("plan", "machines"))).toMatch(/no changes/i);
      rmSync(join(root, "conf/trust.jks"));
      says(0, project.cli("deploy", "--auto-approve", "machines"));
      expect(readdirSync(join(root, "conf"))).toContain("trust.jks");
    }, 300_000);

    test("is destroyed, and has what it had", () => {
      says(0, project.cli("destroy", "--auto-approve", "machines"));
      expect(readdirSync(join(root, "conf"))).toEqual(["app.PROPERTIES"]);
      expect(readFileSync(join(root, "conf/app.PROPERTIES"), "latin1")).toBe("a=1\r\ntls=off\r\n");
    }, 120_000);
  });
});
