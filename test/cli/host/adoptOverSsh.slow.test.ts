import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { APP_PASSWORD, HandMadeStores } from "../../support/handMadeStores";
import { LocalProject } from "../../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../../support/sshServer";
import { describeWith } from "../../support/tools";

/** An app with the generated stack. */
function appOf(project: LocalProject): string {
  const source = project.read("stacks/estate.ts").toString();
  const [, nouns = ""] = /import \{([^}]*)\} from "cdktf-trust";/.exec(source) ?? [];
  const code = source.replaceAll(/^import [^;]*;$/gm, "").replace("export class", "class");
  return `
import { App } from "@repository/node_modules/cdktf";
import { ${nouns} } from "@repository/lib";
type Construct = any;
${code}
const app = new App();
new EstateStack(app, "estate");
app.synth();
`;
}

describeWith("terraform", "cdktf-trust host adopt and import", () => {
  (hasSshServer ? describe : describe.skip)("of a machine over SSH", () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "estate-")));
    const tree = new HandMadeStores(root, new Date());
    const project = new LocalProject("");
    let server: SshServer;
    /** Folder with an `ssh` that knows the machine by its configuration, as that of a person does. */
    let ways = "";

    function says(...words: readonly string[]): string {
      const { status, stdout, stderr } = project.run(process.execPath, [LocalProject.program, ...words], {
        APP: APP_PASSWORD,
        PATH: `${ways}:${process.env["PATH"] ?? ""}`,
      });
      expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
      return stdout + stderr;
    }

    beforeAll(async () => {
      server = await startSshServer();
      ways = join(server.folder, "ways");
      mkdirSync(ways);
      const { user, identity = "", hostKey = "" } = server.connection;
      writeFileSync(join(ways, "known"), `[127.0.0.1]:${server.port} ${hostKey}\n`);
      writeFileSync(
        join(ways, "config"),
        `Host *\n  User ${user}\n  IdentityFile ${identity}\n  UserKnownHostsFile ${ways}/known\n`,
      );
      writeFileSync(join(ways, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${ways}/config "$@"\n`, {
        mode: 0o755,
      });
      tree.layApplications(3);
      const settings = JSON.parse(project.read("cdktf.json").toString());
      const hosts = { estate: { address: server.address, ...server.connection } };
      settings.context.environments = { local: { hosts } };
      project.write("cdktf.json", JSON.stringify(settings));
    });

    afterAll(async () => {
      project.remove();
      rmSync(root, { recursive: true });
      await server.stop();
    });

    const places = {
      "an id that the environment declares": {
        host: () => ["estate"],
        written: () => 'this.environment.host("estate")',
      },
      "an address": {
        host: () => [server.address, "--host", "estate"],
        written: () => `Host.ssh("${server.address}", { id: "estate" })`,
      },
    };

    /** Both under `SLOW=1`. */
    const inThisRun = Object.entries(places).slice(process.env["SLOW"] === "1" ? 0 : 1);

    test.each(inThisRun)(
      "by %s: declares it, takes it over as it is, and plans empty",
      (_, { host, written }) => {
        rmSync(project.path("stacks"), { recursive: true, force: true });
        const stores = tree.stores.map(({ path }) => [
          path,
          readFileSync(join(root, path)).toString("base64"),
        ]);

        // WHEN
        const words = [...host(), "--stack", "estate", "--password", "env:APP", "--path", root];
        const adopted = says("host", "adopt", ...words);

        // THEN each truststore is declared, at the host that was named
        expect(adopted).toContain("stacks/estate.ts: written");
        const source = project.read("stacks/estate.ts").toString();
        expect(source).toContain(written());
        for (const { path } of tree.stores.filter((store) => store.path.includes("truststore")))
          expect(source).toContain(`path: "${root}${path}"`);

        // WHEN
        project.writeMain(appOf(project));
        expect(says("host", "import")).toContain("estate: imported");

        // THEN
        expect(says("plan")).toContain("estate: No changes");
        for (const [path = "", bytes] of stores)
          expect([path, readFileSync(join(root, path)).toString("base64")]).toEqual([path, bytes]);

        // WHEN it is destroyed, what was adopted stays
        says("destroy", "--auto-approve");
        for (const [path = "", bytes] of stores)
          expect([path, readFileSync(join(root, path)).toString("base64")]).toEqual([path, bytes]);
      },
      300_000,
    );
  });
});
