import { LocalProject } from "../../support/localProject";
import { oftenAndSlowly } from "../../support/tools";

const app = (end: string, options = "") => `
import { App } from "@repository/node_modules/cdktf";
import { Host, Keystore, Secret, TrustStack } from "@repository/lib";
class ShopStack extends TrustStack {
  constructor(scope: App, id: string) {
    super(scope, id);
    new Keystore(this, "Trust", { host: Host.local("shop"), path: "/etc/trust.p12", password: Secret.env("SHOP") });
  }
}
const app = new App(${options});
new ShopStack(app, "shop");
${end}
`;

describe("an app that forgets app.synth()", () => {
  const project = new LocalProject(app("app.synth();"));

  afterAll(() => project.remove());

  test("is told so where nothing was ever written", () => {
    project.writeMain(app(""));
    const { status, stderr } = project.cli("synth", "--no-artifacts");
    expect(status).toBe(2);
    expect(stderr).toMatch(/wrote no stacks to .*cdktf\.out.local.*app\.synth\(\)/s);
  });

  test.each(oftenAndSlowly(["synth", "deploy"], ["plan", "destroy", "mv", "lock"]))(
    "%s does not go on with the output of an earlier run",
    (command) => {
      project.writeMain(app("app.synth();"));
      expect(project.cli("synth", "--no-artifacts")).toMatchObject({ status: 0 });
      project.writeMain(app(""));
      const words = { mv: ["shop/Trust", "shop/Other"], deploy: ["--auto-approve"] }[command] ?? [];
      const { status, stderr } = project.cli(command, ...words);
      expect(status).toBe(2);
      expect(stderr).toContain("app.synth()");
    },
  );

  test("the same output written once more is taken", () => {
    project.writeMain(app("app.synth();"));
    expect(project.cli("synth", "--no-artifacts")).toMatchObject({ status: 0 });
    const before = project.read("cdktf.out/local/manifest.json");
    expect(project.cli("synth", "--no-artifacts")).toMatchObject({ status: 0 });
    expect(project.read("cdktf.out/local/manifest.json")).toEqual(before);
  });

  test("an app that fails leaves what an earlier run wrote", () => {
    const before = project.read("cdktf.out/local/manifest.json");
    project.writeMain(app("throw new Error('broken');"));
    expect(project.cli("synth", "--no-artifacts").stderr).toContain("broken");
    expect(project.read("cdktf.out/local/manifest.json")).toEqual(before);
  });
});
