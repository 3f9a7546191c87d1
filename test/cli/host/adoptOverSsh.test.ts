import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
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

    function says(...words: readonly string[]): string {
      const { status, stdout, stderr } = project.run(process.execPath, [LocalProject.program, ...words], {
        APP: APP_PASSWORD,
      });
      expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
      return stdout + stderr;
    }

    beforeAll(async () => {
      server = await startSshServer();
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

    test("declares what stands there, takes it over without a change of any store, and plans empty", () => {
      const stores = tree.stores.map(({ path }) => [path, readFileSync(join(root, path)).toString("base64")]);

      // WHEN
      const adopted = says(
        ...["host", "adopt", "estate", "--stack", "estate", "--password", "env:APP", "--path", root],
      );

      // THEN each truststore is declared, at the host that the environment declares
      expect(adopted).toContain("stacks/estate.ts: written");
      const source = project.read("stacks/estate.ts").toString();
      expect(source).toContain('this.environment.host("estate")');
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
    }, 300_000);
  });
});
