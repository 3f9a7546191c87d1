import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { LocalProject, type ProgramResult } from "../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../support/sshServer";
import { describeWith, slowly } from "../support/tools";

/** A server on one machine, its client on another; both are this one, under folders of their own. */
function declaration(root: string, count = 3): string {
  return `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, JavaClient, JavaServer, Secret, TrustStack } from "@repository/lib";
const app = new App();
class Machines extends TrustStack {
  constructor() {
    super(app, "machines");
    const { environment } = TrustStack.of(this);
    const password = Secret.file("password");
    const server = new JavaServer(this, "Server", {
      host: environment.host("server"), names: ["server.example.com"], port: 8443, keystorePath: "${root}/server/it's ä/keys.p12",
      keystorePassword: password, alias: "server", certificate: Certificate.selfSigned(),
    });
    for (let number = 1; number <= ${count}; number++) {
      const client = new JavaClient(this, "Client" + number, {
        host: environment.host("client"), truststore: "${root}/client/" + number + "/trust.jks", password,
      });
      client.calls(server);
    }
    if (${count} > 3) {
      const beside = { host: environment.host("server"), truststore: "${root}/server/it's ä/client.p12", password };
      new JavaClient(this, "Beside", beside).calls(server);
    }
  }
}
new Machines();
app.synth();
`;
}

describeWith("terraform", "machines over SSH, deployed", () => {
  (hasSshServer ? describe : describe.skip)("by an sshd on loopback", () => {
    let server: SshServer;
    let clients: SshServer;
    let root: string;
    let project: LocalProject;
    /** What the first deploy said. */
    let deployed: string;

    let returned: ChildProcess | undefined;

    /** Starts an sshd again that was killed. */
    async function returning({ folder }: SshServer): Promise<void> {
      returned = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "config")], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      // It says that it listens.
      if (returned.stderr !== null) await once(returned.stderr, "data");
    }

    /** Runs a command that must end so; gives all that it said. */
    function says(status: number, { stdout, stderr, status: ended }: ProgramResult): string {
      expect({ status: ended, said: status === ended ? "" : stdout + stderr }).toEqual({ status, said: "" });
      return stdout + stderr;
    }

    function declare(): void {
      const { user } = server.connection;
      const place = ({ port, connection: { hostKey } }: SshServer, name: string, identity: string) => ({
        address: `ssh://${name}:${port}`,
        user,
        hostKey,
        identity,
      });
      project.write(
        "cdktf.json",
        JSON.stringify({
          ...settings,
          context: {
            ...settings.context,
            environments: {
              local: {
                hosts: {
                  server: place(server, "127.0.0.1", "keys/server"),
                  client: place(clients, "localhost", "keys/clients"),
                },
              },
            },
          },
        }),
      );
    }
    let settings: { context: object };

    beforeAll(async () => {
      server = await startSshServer();
      clients = await startSshServer();
      root = realpathSync(mkdtempSync(join(tmpdir(), "machines-")));
      for (const folder of ["server/it's ä", "client/1", "client/2", "client/3", "client/4"])
        mkdirSync(join(root, folder), { recursive: true });
      project = new LocalProject(declaration(root));
      settings = JSON.parse(project.read("cdktf.json").toString());
      project.write("password", "a long enough password");
      mkdirSync(project.path("keys"));
      project.write("keys/server", readFileSync(join(server.folder, "user")));
      project.write("keys/clients", readFileSync(join(clients.folder, "user")));
      project.run("chmod", ["600", "keys/server", "keys/clients", "password"]);
      declare();
      deployed = says(0, project.cli("deploy", "--auto-approve", "machines"));
    }, 300_000);

    afterAll(async () => {
      project.remove();
      rmSync(root, { recursive: true });
      returned?.kill("SIGKILL");
      await Promise.all([server, clients].map((one) => one.stop()));
    });

    test("what is declared is there, with nothing left beside it, and proven", () => {
      const names = readdirSync(join(root, "server/it's ä"));
      expect(names.filter((name) => !name.endsWith(".bak")).sort()).toEqual([
        ".keys.p12.cdktf-trust.json",
        "keys.p12",
      ]);
      expect(statSync(join(root, "server/it's ä/keys.p12")).mode & 0o777).toBe(0o600);
      expect(deployed).toMatch(/ {2}ok: /);
      expect(deployed).not.toMatch(/FAILS|error:/);
    });

    test("a second deploy changes nothing, over one connection a machine and process", async () => {
      await settled();
      const before = server.logins() + clients.logins();
      const said = says(0, project.cli("deploy", "--auto-approve", "machines"));
      expect(said).toMatch(/no changes|nothing to do|up to date|unchanged/i);
      await settled();
      // To each of the two machines one of the provider, and one of the command, which observes before and proves after.
      expect(server.logins() + clients.logins() - before).toBeLessThanOrEqual(4);
    });

    slowly(
      "a machine that hangs and needs no change keeps nobody else from changes (SLOW=1)",
      () => {
        // GIVEN the clients' machine answers nobody, and the server's keystore is gone
        clients.pause();
        rmSync(join(root, "server/it's ä/keys.p12"));
        // WHEN
        const started = Date.now();
        const { stdout, stderr } = project.cli("deploy", "--auto-approve", "machines");
        const seconds = (Date.now() - started) / 1_000;
        clients.resume();
        // THEN
        expect((stdout + stderr).match(/^warning: .*A machine was not reached/gm)).toHaveLength(1);
        expect(readdirSync(join(root, "server/it's ä"))).toContain("keys.p12");
        expect(seconds).toBeLessThan(150);
        // AND when it is back there is nothing to do, and all is well
        says(0, project.cli("verify", "machines"));
      },
      300_000,
    );

    test("a machine that is not there keeps its state, is named once, fails alone, and keeps nobody else from changes", async () => {
      // GIVEN a new client on each machine, one of which is not there, and the server's keystore is gone
      project.writeMain(declaration(root, 4));
      process.kill(clients.processId, "SIGKILL");
      rmSync(join(root, "server/it's ä/keys.p12"));
      // WHEN
      const { status, stderr } = project.cli("deploy", "--auto-approve", "machines");
      // THEN the plan says so before
      expect(status).not.toBe(0);
      expect(stderr).toMatch(
        /^warning: .*A machine was not reached[^]*Error: Cannot create trust_keystore ssh:..localhost/m,
      );
      expect(stderr.match(/^warning: .*A machine was not reached/gm)).toHaveLength(1);
      expect(stderr).toContain(`localhost:${clients.port} was not reached`);
      expect(readdirSync(join(root, "server/it's ä"))).toEqual(
        expect.arrayContaining(["client.p12", "keys.p12"]),
      );
      expect(readdirSync(join(root, "client/4"))).toEqual([]);
      // AND once it is back the next deploy goes on from there
      await returning(clients);
      says(0, project.cli("deploy", "--auto-approve", "machines"));
      expect(readdirSync(join(root, "client/4"))).toContain("trust.jks");
    }, 400_000);

    test("destroy leaves nothing of ours", () => {
      says(0, project.cli("destroy", "--auto-approve", "machines"));
      const left = ["server/it's ä", "client/1", "client/2", "client/3", "client/4"].flatMap((folder) =>
        readdirSync(join(root, folder)),
      );
      expect(left).toEqual([]);
    }, 120_000);
  });
});

/** What the server says arrives a little later. */
function settled(): Promise<void> {
  return new Promise((done) => setTimeout(done, 500));
}
