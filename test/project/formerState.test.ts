import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moveFormerState } from "../../lib/project";

/** What today's provider left in a state, one directory less deep than now. */
const ATTRIBUTES = {
  id: "local:../../../.local/hosts/flow:/opt/keys.jks#jetty",
  host: "local:../../../.local/hosts/flow",
  path: "/opt/keys.jks",
  password: "file:../../../.local/secrets/flow",
  key_password: 'cmd:cd "../../.." && pass show flow',
  artifact: "artifacts/flow/opt/keys.jks",
  alias: "jetty",
};
const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 7,
  lineage: "3ac4c1f0-0001-4f0c-9a56-cd9c7f0f6f1e",
  outputs: {},
  resources: [
    {
      mode: "managed",
      type: "trust_key_entry",
      name: "Flow",
      provider: 'provider["cdktf-trust.invalid/cdktf-trust/trust"]',
      instances: [{ schema_version: 0, attributes: ATTRIBUTES, sensitive_attributes: [] }],
    },
  ],
  check_results: null,
};

describe("a state of before environments had states of their own", () => {
  let project: string;

  beforeEach(() => (project = mkdtempSync(join(tmpdir(), "cdktf-trust-former-"))));

  afterEach(() => rmSync(project, { recursive: true }));

  function write(path: string, content: unknown): void {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), JSON.stringify(content));
  }

  function read(path: string): unknown {
    return JSON.parse(readFileSync(join(project, path), "utf8"));
  }

  function move(environment: string, adopt = false): void {
    moveFormerState({
      projectDirectory: project,
      environment,
      stack: "flow",
      workingDirectory: join(project, `cdktf.out/${environment}/stacks/flow`),
      formerDirectories: [join(project, "cdktf.out/stacks/flow")],
      adopt,
    });
  }

  const moved = {
    ...STATE,
    resources: STATE.resources.map((resource) => ({
      ...resource,
      instances: [
        {
          schema_version: 0,
          attributes: {
            ...ATTRIBUTES,
            id: "local:../../../../.local/hosts/flow:/opt/keys.jks#jetty",
            host: "local:../../../../.local/hosts/flow",
            password: "file:../../../../.local/secrets/flow",
            key_password: 'cmd:cd "../../../.." && pass show flow',
          },
          sensitive_attributes: [],
        },
      ],
    })),
  };

  test("moves where the plan of before names the environment, and names places from the new directory", () => {
    write("terraform.flow.tfstate", STATE);
    write("cdktf.out/stacks/flow/trust-plan.json", { formatVersion: 1, environment: "tst", stack: "flow" });
    move("tst");
    expect(read("state/tst/flow.tfstate")).toEqual(moved);
    expect(read("state/tst/flow.tfstate.former")).toEqual(STATE);
    expect(statSync(join(project, "state/tst/flow.tfstate")).mode & 0o777).toBe(0o600);
    expect(statSync(join(project, "state/tst")).mode & 0o777).toBe(0o700);
    expect(existsSync(join(project, "terraform.flow.tfstate"))).toBe(false);
    expect(existsSync(join(project, "cdktf.out/stacks/flow"))).toBe(false);
    move("tst");
    expect(read("state/tst/flow.tfstate")).toEqual(moved);
  });

  test("that of the environment local goes below .local", () => {
    write("terraform.flow.tfstate", STATE);
    write("cdktf.out/stacks/flow/trust-plan.json", { formatVersion: 1, environment: "local", stack: "flow" });
    move("local");
    expect(read(".local/state/flow.tfstate")).toEqual(moved);
  });

  test("stays where it is of another environment, and is not taken from it by the flag", () => {
    write("terraform.flow.tfstate", STATE);
    write("cdktf.out/stacks/flow/trust-plan.json", { formatVersion: 1, environment: "tst", stack: "flow" });
    move("prod");
    expect(() => move("prod", true)).toThrow('is the state of the environment "tst"');
    expect(read("terraform.flow.tfstate")).toEqual(STATE);
    expect(existsSync(join(project, "state/prod"))).toBe(false);
  });

  test("without that plan only the flag moves it", () => {
    write("terraform.flow.tfstate", STATE);
    expect(() => move("prod")).toThrow(
      'If it is of "prod", run the command again with --adopt-state; if it is of another, do that with --environment for the other first',
    );
    expect(read("terraform.flow.tfstate")).toEqual(STATE);
    move("prod", true);
    expect(read("state/prod/flow.tfstate")).toEqual(moved);
  });

  test("one that describes nothing any more is left alone", () => {
    write("terraform.flow.tfstate", { ...STATE, resources: [] });
    move("prod");
    expect(existsSync(join(project, "state"))).toBe(false);
  });

  test("is not put over another one; a run that died halfway is finished", () => {
    write("terraform.flow.tfstate", STATE);
    write("state/prod/flow.tfstate", { ...moved, lineage: "another" });
    expect(() => move("prod", true)).toThrow("another state is there already");
    write("state/prod/flow.tfstate", moved);
    move("prod", true);
    expect(existsSync(join(project, "terraform.flow.tfstate"))).toBe(false);
    expect(read("state/prod/flow.tfstate")).toEqual(moved);
  });

  test("one that a Terraform holds, or that is damaged, stays", () => {
    write("terraform.flow.tfstate", STATE);
    write(".terraform.flow.tfstate.lock.info", {});
    expect(() => move("prod", true)).toThrow("is in use");
    rmSync(join(project, ".terraform.flow.tfstate.lock.info"));
    write("terraform.flow.tfstate", { ...STATE, serial: "7" });
    expect(() => move("prod", true)).toThrow(/terraform\.flow\.tfstate is damaged at serial: a whole number/);
  });
});
