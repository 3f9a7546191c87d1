import { readFileSync } from "node:fs";

import { readStore } from "../../../lib/keystore";
import { APP_PASSWORD, HandMadeStores } from "../../support/handMadeStores";
import { listWithJava } from "../../support/javaStores";
import { LocalProject } from "../../support/localProject";
import { describeWith } from "../../support/tools";

const SECRETS = { APP: APP_PASSWORD, ESTATE_AGENT_KEYSTORE_PASSWORD: "alarmpoint", ESTATE_ODD_DEFAULT_PASSWORD: "changeit" };
const WORDS = ["host", "adopt", "estate", "--stack", "estate", "--password", "env:APP"];

/** An app with the generated stack, as a person would have it in files of its own. */
function appOf(project: LocalProject): string {
  const source = project.read("stacks/estate.ts").toString();
  const [, nouns = ""] = /import \{ (.*) \} from "cdktf-trust";/.exec(source) ?? [];
  const code = source.replaceAll(/^import .*$/gm, "").replace("export class", "class");
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
    project.run(process.execPath, [LocalProject.program, ...words], SECRETS);
  let before: ReturnType<typeof listed>;
  let stores: Map<string, string>;

  beforeAll(() => {
    tree.layApplications();
    tree.copyVectors();
    tree.layOddities();
    tree.layConfigurations();
    before = listed();
    stores = project.snapshot(".local/hosts/estate");
  }, 120_000);

  afterAll(() => project.remove());

  test("writes a stack that a person can read, and the same one again", () => {
    const first = run(...WORDS);
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "" });
    const source = project.read("stacks/estate.ts").toString();
    console.log(source.slice(0, 6000), first.stdout.slice(0, 5000));
    const again = run(...WORDS);
    expect(again.stdout).toContain("stacks/estate.ts: is there already, the same");
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
});
