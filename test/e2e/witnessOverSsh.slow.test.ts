import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { LocalProject, type ProgramResult } from "../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../support/sshServer";
import { describeWith } from "../support/tools";
import { freePort } from "../systems/support/products";

const PASSWORD = "store-password-t6Yh4Nd9";

function stack(root: string, port: number): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, JavaClient, PemServer, Secret, TrustStack } from "@repository/lib";
const app = new App();
class Shop extends TrustStack {
  constructor() {
    super(app, "shop");
    const web = new PemServer(this, "Web", {
      host: Host.local("web"), names: ["localhost"], port: ${port}, directory: "/etc/web",
      certificate: Certificate.selfSigned(), keyPassword: Secret.file("password"),
    });
    const shop = new JavaClient(this, "Shop", {
      host: TrustStack.of(this).environment.host("shop"), truststore: "${root}/trust.p12", password: Secret.file("password"),
    });
    shop.calls(web);
  }
}
new Shop();
app.synth();
`;
}

/** A product that has read what was delivered when it started. */
const SERVER = `
const { readFileSync } = require("node:fs");
const folder = ".local/hosts/web/etc/web/";
const options = { cert: readFileSync(folder + "server.crt"), key: readFileSync(folder + "server.key"), passphrase: ${JSON.stringify(PASSWORD)} };
require("node:tls")
  .createServer(options, (socket) => socket.on("error", () => socket.destroy()))
  .on("tlsClientError", () => undefined)
  .listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
`;

describeWith("terraform", "verify and status of a call whose client is on a machine over SSH", () => {
  (hasSshServer ? describe : describe.skip)("by an sshd on loopback", () => {
    let machine: SshServer;
    let project: LocalProject;
    let running: ChildProcess;
    let root: string;
    let port: number;

    function exits(status: number, result: ProgramResult): ProgramResult {
      expect(result).toMatchObject({ status });
      expect(result.stdout + result.stderr).not.toMatch(/^ +at .*:\d+/m);
      return result;
    }

    beforeAll(async () => {
      machine = await startSshServer({ lines: ["LogLevel DEBUG1"] });
      root = realpathSync(mkdtempSync(join(tmpdir(), "machine-")));
      port = await freePort();
      project = new LocalProject(stack(root, port));
      const settings = JSON.parse(project.read("cdktf.json").toString());
      const { user, hostKey } = machine.connection;
      const shop = { address: machine.address, user, hostKey, identity: "key" };
      const environments = { local: { hosts: { shop } } };
      project.write(
        "cdktf.json",
        JSON.stringify({ ...settings, context: { ...settings.context, environments } }),
      );
      project.write("password", `${PASSWORD}\n`);
      project.write("key", readFileSync(join(machine.folder, "user")));
      project.write("server.cjs", SERVER);
      project.run("chmod", ["600", "key", "password"]);
      mkdirSync(project.path(".local/hosts/web/etc/web"), { recursive: true });
      exits(0, project.cli("deploy", "--auto-approve"));
      running = spawn(process.execPath, ["server.cjs", String(port)], {
        cwd: project.directory,
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (running.stdout !== null) await once(running.stdout, "data");
    }, 120_000);

    afterAll(async () => {
      running.kill();
      project.remove();
      rmSync(root, { recursive: true });
      await machine.stop();
    });

    const called = () => machine.log().split(`target localhost port ${port}`).length - 1;

    test("verify calls the server from there", () => {
      const [hop] = JSON.parse(exits(0, project.cli("verify", "--json")).stdout).hops;

      expect(hop).toMatchObject({ ok: true, source: "live", findings: [] });
      expect(project.cli("verify", "--no-live")).toMatchObject({ status: 0 });
    }, 60_000);

    test("and nobody else does: the machine's sshd has opened each connection", async () => {
      // What it says arrives a little later.
      await new Promise((done) => setTimeout(done, 500));
      expect(called()).toBeGreaterThan(0);
    });

    test("the machine out of reach is a failure that says so, in verify and in status", async () => {
      process.kill(machine.processId, "SIGKILL");

      const shown = exits(1, project.cli("verify")).stdout;
      const [hop] = JSON.parse(exits(1, project.cli("verify", "--json")).stdout).hops;
      const status = exits(1, project.cli("status")).stdout;

      expect(shown).toContain(`127.0.0.1:${machine.port} was not reached`);
      expect(shown).toContain("files only: what Shop has cannot be read here");
      expect(hop).toMatchObject({ ok: false, source: "deployed" });
      expect(status).toContain(`127.0.0.1:${machine.port} was not reached`);
      expect(status).toMatch(/^calls +0 ok, 1 failing/m);
    }, 120_000);
  });
});
