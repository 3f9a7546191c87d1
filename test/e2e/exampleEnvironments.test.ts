import { chmodSync, cpSync } from "node:fs";
import { exampleStacks } from "../../stacks";
import { LocalProject } from "../support/localProject";
import { describeWith } from "../support/tools";
import { App } from "cdktf";

/** The example environment on machines of the environment that it is deployed as. */
const SOURCE = `
import { App } from "@repository/node_modules/cdktf";
import { Host } from "@repository/lib";
import { exampleStacks } from "@repository/stacks";
const app = new App();
const environment = app.node.tryGetContext("environment");
const local = Host.local;
Host.local = (id, options = {}) => local(id, { ...options, root: ".local/" + environment + "/hosts/" + id });
exampleStacks(app);
app.synth();
`;

const isSlow = process.env["SLOW"] === "1";
const ENVIRONMENTS = ["tst", "prod"] as const;

describeWith("terraform", "the example environment as two environments in one checkout", () => {
  const project = new LocalProject(SOURCE, {
    environments: Object.fromEntries(
      ENVIRONMENTS.map((name) => [name, { frozen: false, lockKey: "file:.local/both.key" }]),
    ),
  });
  const hostsOf = (environment: string) => project.snapshot(`.local/${environment}/hosts`);

  beforeAll(() => {
    if (!isSlow) return;
    project.prepare();
    project.write(".local/both.key", "key-of-both-locks-k3Vb8sLw2Qz7\n");
    chmodSync(project.path(".local/both.key"), 0o600);
    for (const environment of ENVIRONMENTS)
      cpSync(project.path(".local/hosts"), project.path(`.local/${environment}/hosts`), { recursive: true });
  });

  afterAll(() => project.remove());

  function run(environment: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = project.cli(...words, "--environment", environment);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    return stdout;
  }

  /** All that is of an environment: hosts, states, output and lock. */
  const allOf = (environment: string) =>
    [...project.snapshot(".")].filter(([path]) => path.split(/[/.]/).includes(environment));

  (isSlow ? test : test.skip)(
    "deployed and destroyed in turn, neither touches the other, and both leave their hosts as they were (SLOW=1)",
    () => {
      const dayOne = hostsOf("tst");
      const stacks = exampleStacks(new App()).length;
      for (const environment of ENVIRONMENTS) {
        const other = environment === "tst" ? "prod" : "tst";
        const before = allOf(other);
        run(environment, "lock", "--observe");
        run(environment, "deploy", "--auto-approve");
        expect(allOf(other)).toEqual(before);
      }
      expect(run("tst", "deploy", "--auto-approve").match(/: No changes$/gm)).toHaveLength(stacks);

      const prod = allOf("prod");
      run("tst", "destroy", "--auto-approve");
      expect(allOf("prod")).toEqual(prod);
      expect(hostsOf("tst")).toEqual(dayOne);

      run("tst", "deploy", "--auto-approve");
      const tst = allOf("tst");
      run("prod", "destroy", "--auto-approve");
      expect(allOf("tst")).toEqual(tst);
      expect(hostsOf("prod")).toEqual(dayOne);
    },
    900_000,
  );
});
