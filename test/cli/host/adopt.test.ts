import { readFileSync, rmSync } from "node:fs";

import { APP_PASSWORD, APPLICATIONS, HandMadeStores } from "../../support/handMadeStores";
import { listWithJava } from "../../support/javaStores";
import { LocalProject } from "../../support/localProject";
import { storeVectors } from "../../keystore/storeVectors";
import { describeWith, slowly } from "../../support/tools";

/** What nobody was told the password of, and a known default opens: somebody sets these before the import. */
const secrets: Record<string, string> = { APP: APP_PASSWORD };
const WORDS = ["host", "adopt", "estate", "--stack", "estate", "--password", "env:APP"];

/** An app with the generated stack, as a person would have it in files of its own. */
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

/** What Tomcat's configuration says of the fourth application. */
const DECLARED = `
    // Tomcat, as /opt/tomcat/conf/server.xml says.
    new HttpsCallbackEndpoint(this, "TomcatApp04Endpoint", {
      names: ["app04.example.com"],
      port: 8443,
      identity: app04Keystore.entry("app04"),
      certificate: Certificate.existing(),
      clientAuthentication: "require",
      truststore: app04Truststore,
    });
`;

/** All of more than 200 stores, which takes a minute; or some of each kind. */
const isWhole = process.env["SLOW"] === "1";

describeWith(["terraform", "java"], "cdktf-trust host adopt and import", () => {
  const project = new LocalProject("");
  const now = new Date();
  const tree = new HandMadeStores(project.path(".local/hosts/estate"), now);
  const listed = () =>
    listWithJava(
      "java",
      tree.stores
        .filter(({ password }) => password !== "nobody knows it 1")
        .map(({ path, profile, password }) => ({
          bytes: readFileSync(tree.place(path)),
          password,
          type: profile === "jks" ? "JKS" : "PKCS12",
        })),
    );
  const run = (...words: readonly string[]) =>
    project.run(process.execPath, [LocalProject.program, ...words], secrets);
  const passwordOf = (path: string): string =>
    tree.stores.find((store) => store.path === path)?.password ??
    storeVectors().find((vector) => path.endsWith(vector.path))?.storePassword ??
    "changeit";
  let before: ReturnType<typeof listed>;
  let stores: Map<string, string>;

  beforeAll(() => {
    tree.layApplications(isWhole ? APPLICATIONS : 5);
    if (isWhole) tree.copyVectors();
    tree.layOddities();
    rmSync(tree.place("/opt/odd/circle.jks"));
    tree.layConfigurations();
    before = listed();
    stores = project.snapshot(".local/hosts/estate");
  }, 120_000);

  afterAll(() => project.remove());

  test("writes a stack that a person can read, and the same one again", () => {
    const first = run(...WORDS);
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "" });
    const source = project.read("stacks/estate.ts").toString();
    expect(source).toContain(DECLARED);
    const again = run(...WORDS, "--json");
    const adoption = JSON.parse(again.stdout) as {
      files: { path: string; written: boolean }[];
      newVariables: { name: string; path: string }[];
    };
    expect(adoption.files.filter(({ written }) => written)).toEqual([]);
    expect(project.read("stacks/estate.ts").toString()).toBe(source);
    for (const { name, path } of adoption.newVariables) secrets[name] = passwordOf(path);
    expect(source + first.stdout + again.stdout).not.toMatch(
      /never-shown|correct horse|"changeit"|alarmpoint/,
    );
    expect(project.snapshot(".local/hosts/estate")).toEqual(stores);
  }, 240_000);

  test("what it declares is imported without a change of any store, and plans empty", () => {
    project.writeMain(appOf(project));
    const imported = run("host", "import");
    expect(imported.stderr + imported.stdout).toContain("estate: imported");
    expect(imported.status).toBe(0);
    const plan = run("plan");
    expect(plan.stdout).toContain("estate: No changes.");
    expect(plan.status).toBe(0);
    const after = project.snapshot(".local/hosts/estate");
    for (const [path, bytes] of stores) expect([path, after.get(path)]).toEqual([path, bytes]);
    expect(listed()).toEqual(before);
  }, 600_000);

  slowly(
    "an import writes nothing where something is not there as declared, and runs no command",
    () => {
      const adopted = appOf(project);
      const before = project.snapshot(".local/hosts/estate");
      const entry = `new TruststoreEntry(this, "More", { truststore: app01Truststore, alias: "more", trusts: handMadeAuthority1Certificate });`;
      project.writeMain(adopted.replace(/^ {2}\}\n\}/m, `    ${entry}\n  }\n}`));
      const refused = run("host", "import");
      expect(refused.status).toBe(2);
      expect(refused.stderr.replaceAll(/\s+/g, " ")).toMatch(
        /truststore\.p12 is not as declared, and this run only takes over what is/,
      );
      project.writeMain(
        adopted.replace(/(new HttpsCallbackEndpoint\([^;]*)\);/, '$1).afterDeploy("touch ran");'),
      );
      const commands = run("host", "import");
      expect(commands.status).toBe(2);
      expect(commands.stderr).toContain("commands of afterDeploy are added after the import");
      expect(project.snapshot(".local/hosts/estate")).toEqual(before);
    },
    300_000,
  );

  test("what is declared already is left out the next time, and nothing is overwritten", () => {
    const nothing = run(
      ...WORDS.slice(0, 3),
      "--stack",
      "second",
      ...WORDS.slice(5),
      "--path",
      "/opt/app05/conf/truststore.p12",
    );
    expect(nothing.status).toBe(2);
    expect(nothing.stderr).toMatch(
      /nothing that was found can be declared: .*cdktf-trust\/local\/estate declares it already/,
    );
    project.write("stacks/estate.ts", "// somebody's\n");
    const there = run("host", "adopt", "local:elsewhere", "--stack", "estate", "--password", "env:APP");
    expect(there.status).toBe(2);
    expect(project.read("stacks/estate.ts").toString()).toBe("// somebody's\n");
  }, 120_000);
});
