import { LocalProject } from "../support/localProject";

/** Two copies of the package in one process, as `cdktf-trust` beside `cdktf-trust/cdktn` are, or after a reset of modules. */
const TWO_COPIES = `
const one = require("@repository/dist/index.cjs");
for (const path of Object.keys(require.cache)) if (path.endsWith("dist/index.cjs")) delete require.cache[path];
const other = require("@repository/dist/index.cjs");
class ShopStack extends one.TrustStack {
  constructor(app, id) {
    super(app, id);
    new one.Keystore(this, "Keys", { host: one.Host.local("shop"), path: "/etc/k.p12", password: one.Secret.env("K") });
  }
}
try { other.synthesiseForTest((app) => new ShopStack(app, "shop")); } catch (error) { console.log(error.message); }
console.log(one.synthesiseForTest((app) => new ShopStack(app, "shop")).stacks.length);
`;

describe("a stack of another copy of the package", () => {
  const project = new LocalProject(TWO_COPIES);

  afterAll(() => project.remove());

  test("is refused before it could be synthesised into the project", () => {
    const { stdout, stderr } = project.run(process.execPath, ["main.cjs"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^shop is a TrustStack of another copy of this package.*\n1\n$/);
    expect([...project.snapshot(".").keys()].sort()).toEqual([
      "cdktf.json",
      "main.cjs",
      "main.ts",
      "terraform.rc",
    ]);
  });
});
