import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Certificate, Host, Partner, Secret } from "../../../lib/constructs";
import { IntegrationServer, type IntegrationServerProps } from "../../../lib/systems";
import { runCommands } from "../../../lib/synth/artifacts/runbookCopies";
import { declare, textOf } from "../support/declaration";
import { withDirectory } from "../support/scripts";

/** A runtime in a directory, with the variables delivered. */
function runtimeIn(directory: string, props: Partial<IntegrationServerProps> = {}) {
  const declared = declare((scope) => {
    const server = new IntegrationServer(scope, "MSR", {
      host: Host.local("msr"),
      instanceDirectory: directory,
      delivery: "configuration-variables",
      ...props,
    });
    server.keystore("KEYS", { password: Secret.env("KEYS_PASSWORD") });
    server.truststore("TRUST", { password: Secret.env("TRUST_PASSWORD"), global: true });
    const as = server.identity("client", Certificate.selfSigned());
    server.calls(Partner.at("https://partner.example.com"), { as });
  });
  const file = join(directory, props.propertiesFile ?? "trust-variables.properties");
  const variables = textOf(declared, file);
  const steps = declared.runbooks.flatMap((runbook) => runbook.steps);
  const back = declared.runbooks.flatMap((runbook) => runbook.back?.after ?? []);
  return { file, variables, steps, back };
}

/** Runs a command of the runbook in a run; what it prints afterwards. */
function follow(
  command: string | undefined,
  then: string,
  environment: NodeJS.ProcessEnv = {},
  run = "1",
): string {
  const begun = `${runCommands({ id: "msr", kind: "manual", platform: "posix" })}\nTRUST_RUN=${run}`;
  const { stdout, stderr } = spawnSync("sh", ["-euc", `${begun}\n${command}\n${then}`], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...environment },
  });
  return stdout + stderr;
}

describe("a Microservices Runtime", () => {
  const LIST = "SAG_IS_CONFIG_PROPERTIES";
  const [, list, joined] = [0, 1, 2];

  test("is told in a file of its own, which names the passwords that it needs and where refusals stand", () => {
    const { variables, steps } = runtimeIn("/opt/msr");
    expect(variables).toContain("# Passwords are in these variables of the runtime's environment:");
    expect(variables).toContain("#   KEYS_PASSWORD\n#   TRUST_PASSWORD\n");
    expect(variables).toContain("logs/configurationvariables.log");
    expect(steps[0]?.text).toBe(
      "Put the passwords of the stores into the environment of the runtime: KEYS_PASSWORD, TRUST_PASSWORD.",
    );
    expect(steps[list]?.check).toContain("/opt/msr/logs/configurationvariables.log refuses no variable");
    const mounted = runtimeIn("/opt/msr", { secretSource: "secret" });
    expect(mounted.variables).toContain("# Passwords are in these secrets that are mounted for the runtime:");
    expect(mounted.steps[0]?.text).toContain("the secrets mounted for the runtime: KEYS_PASSWORD");
  });

  test("gets its file after the site's own in the list, once", async () => {
    await withDirectory((parent) => {
      const directory = join(parent, "it's here");
      mkdirSync(directory);
      const { file, steps } = runtimeIn(directory);
      const run = (before?: string) =>
        follow(steps[list]?.command, `printf %s "$${LIST}"`, before === undefined ? {} : { [LIST]: before });
      const site = join(directory, "application.properties");

      expect(run()).toBe(file);
      writeFileSync(site, "jdbc.pool=1\n");
      expect(run()).toBe(`${site},${file}`);
      expect(run("/site/a,/site/b")).toBe(`/site/a,/site/b,${file}`);
      expect(run(`/site/a,${file}`)).toBe(`/site/a,${file}`);
    });
  });

  test("of before 10.15 gets its lines at the end of the site's one file, in place of those of a run before", async () => {
    await withDirectory((directory) => {
      const { file, variables, steps, back } = runtimeIn(directory);
      const site = join(directory, "application.properties");
      writeFileSync(site, "jdbc.pool=1");
      writeFileSync(file, variables.replace("TRUST\n", "OLD\n"));

      const first = follow(steps[joined]?.command, "");
      const repeated = follow(steps[joined]?.command, "");
      writeFileSync(file, variables);
      const second = follow(steps[joined]?.command, "", {}, "2");

      expect([first, repeated, second]).toEqual([
        `copied: ${site}\n`,
        `copied before: ${site}\n`,
        `copied: ${site}\n`,
      ]);
      expect(readFileSync(site, "utf8")).toBe(`jdbc.pool=1\n${variables}`);
      expect(readFileSync(`${site}.before-1`, "utf8")).toBe("jdbc.pool=1");

      // WHEN the runs are taken back
      const [, gone] = back;
      for (const run of ["2", "1", "1"])
        expect(follow(gone?.command, "", {}, run)).toBe(`as before: ${site}\n`);

      // THEN
      expect(readFileSync(site, "utf8")).toBe("jdbc.pool=1");
      expect(follow(gone?.command, "", {}, "3")).toBe(`not changed by this run: ${site}\n`);
    });
  });

  test("loses its file from the list on the way back of the run that brought it, and of no other", async () => {
    await withDirectory((parent) => {
      const directory = join(parent, "it's here");
      mkdirSync(directory);
      const { file, back } = runtimeIn(directory);
      const run = (list?: string) =>
        follow(back[0]?.command, `printf %s "\${${LIST}:-}"`, list === undefined ? {} : { [LIST]: list });
      expect(run(`/site/a,${file}`)).toBe(`/site/a,${file}`);
      writeFileSync(`${file}.absent-1`, "");
      expect(run(`/site/a,${file}`)).toBe("/site/a");
      expect(run(`/site/a,${file},/site/b`)).toBe("/site/a,/site/b");
      expect(run(`${file}.old,${file}`)).toBe(`${file}.old`);
      expect(run(file)).toBe("");
      expect(run()).toBe("");
    });
  });

  test("that reads ours where the site has none is told of no second file", () => {
    const { steps, back } = runtimeIn("/opt/msr", { propertiesFile: "application.properties" });
    expect(JSON.stringify([steps, back])).not.toContain("Before 10.15");
    expect(back[0]?.command).toContain("application.properties.absent-");
  });

  test("is told of no file with a comma in its path, which would be two in the list", () => {
    expect(() => runtimeIn("/opt/a,b")).toThrow(
      expect.objectContaining({
        code: "unlistable-path",
        message: expect.stringContaining("without a comma"),
      }),
    );
    expect(() => runtimeIn("/opt/msr", { propertiesFile: "a,b.properties" })).toThrow(
      "/opt/msr/a,b.properties",
    );
    expect(() => runtimeIn("/opt/a,b", { delivery: "admin-services" })).toThrow("no text file");
  });
});
