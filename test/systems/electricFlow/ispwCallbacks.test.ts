import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Host, Secret } from "../../../lib/constructs";
import {
  type CallbackContext,
  ElectricFlowServer,
  type ElectricFlowServerProps,
  SystemError,
} from "../../../lib/systems";
import { describeWith } from "../../support/tools";
import { declare, textOf } from "../support/declaration";
import { program, shellcheck, withDirectory } from "../support/scripts";

type Callbacks = Pick<ElectricFlowServerProps, "callback" | "callbacks" | "confDirectory" | "host" | "port">;

function declareServer(props: Partial<Callbacks>) {
  return declare(
    (scope) =>
      new ElectricFlowServer(scope, "ElectricFlow", {
        host: Host.local("electricflow"),
        serverAddress: "flow.example.com",
        keystorePassword: Secret.env("ELECTRICFLOW_PASSWORD"),
        ...props,
      }),
  );
}

const url = (query: string, value: string, host = "$[/server/hostIP]:8443") =>
  `https://${host}/rest/v1.0/properties/ec_callback_response?${query}&value=${value}`;

/** The array of events as the plugin hands it to ISPW. */
const events = (query: string, host?: string) =>
  ["completed", "failed", "terminated"].map((name) => ({ name, method: "PUT", url: url(query, name, host) }));

const all: Record<CallbackContext, string> = {
  workflow: "workflowId=$[/myWorkflow/workflowId]",
  pipeline: "flowRuntimeId=$[/myPipelineRuntime/id]",
  flow: "flowRuntimeId=$[/myFlowRuntime/id]",
  jobStep: "jobStepId=$[/myParent/jobStepId]",
  job: "jobId=$[/myJob/jobId]",
};

describe("the EC-ISPW callbacks", () => {
  test("are the plugin's own five, each with the reference that its context knows", () => {
    // WHEN
    const declared = declareServer({ callbacks: "all" });

    // THEN
    for (const [context, query] of Object.entries(all)) {
      const file = `ec-ispw-callbacks-${context}.json`;
      expect(JSON.parse(textOf(declared, file))).toEqual(events(query));
    }
  });

  test("are those that are listed", () => {
    const { files } = declareServer({ callbacks: ["job", "pipeline"] });
    expect(files.map(({ path }) => path).filter((path) => path.endsWith(".json"))).toEqual([
      "/opt/electriccloud/electriccommander/conf/ec-ispw-callbacks-pipeline.json",
      "/opt/electriccloud/electriccommander/conf/ec-ispw-callbacks-job.json",
    ]);
  });

  test.each([
    ["jobId", all.job],
    ["jobStepId", all.jobStep],
    ["workflowId", all.workflow],
  ] as const)("of %s alone stand where they stood", (contextParameter, query) => {
    const declared = declareServer({ port: 9443, callback: { contextParameter } });
    expect(JSON.parse(textOf(declared, "ec-ispw-callbacks.json"))).toEqual(
      events(query, "$[/server/hostIP]:9443"),
    );
  });

  test("of flowRuntimeId differ between a flow and a pipeline", () => {
    const declared = declareServer({ callback: { contextParameter: "flowRuntimeId", address: "10.1.2.3" } });
    expect(JSON.parse(textOf(declared, "ec-ispw-callbacks.json"))).toEqual(events(all.flow, "10.1.2.3:8443"));
    expect(JSON.parse(textOf(declared, "ec-ispw-callbacks-pipeline.json"))).toEqual(
      events(all.pipeline, "10.1.2.3:8443"),
    );
  });

  test("take a reference that is stated", () => {
    const callback = { contextParameter: "jobId", contextReference: "$[/myJob/id]" } as const;
    const declared = declareServer({ callback });
    expect(JSON.parse(textOf(declared, "ec-ispw-callbacks.json"))).toEqual(events("jobId=$[/myJob/id]"));
  });

  test("are declared in one way", () => {
    expect(() => declareServer({ callbacks: "all", callback: { contextParameter: "jobId" } })).toThrow(
      SystemError,
    );
  });

  test("are set again after each upgrade, says the runbook, and tells the way back", () => {
    const [runbook] = declareServer({ callbacks: "all" }).runbooks;
    expect(runbook?.steps.at(-1)?.text).toContain("after each upgrade of the plugin");
    expect(runbook?.back?.before?.at(-1)?.command).toContain("set-ec-ispw-callbacks.sh undo");
  });

  test("have a batch file that reads them unexpanded, in the promoted version", () => {
    const script = textOf(
      declareServer({ callbacks: ["job"], host: Host.local("electricflow", { platform: "windows" }) }),
      "set-ec-ispw-callbacks.bat",
    );
    expect(script).toContain('getProperty "/projects/%%p/ec_callback_job" --expand 0');
    expect(script).toContain('findstr /l /c:"jobId=$[/myJob/jobId]"');
    // What could not be read is not taken for a property that was not there.
    expect(script).toMatch(/before-%%p%RUN%\.error" \|\| findstr \/l \/c:"NoSuchProperty" /);
    expect(script).toMatch(/setProperty "\/projects\/%%p\/ec_callback_job" --valueFile "C:\\.*-job\.json"/);
    expect(script.split("\r\n").length).toBe(script.split("\n").length);
  });
});

interface State {
  session: boolean;
  promoted: string | null;
  properties: Record<string, string>;
  calls: string[][];
}

/** The script with its files in a directory, against a stand-in for ectool that keeps its state. */
function installed(directory: string, props: Partial<Callbacks> = { callbacks: "all" }) {
  const declared = declareServer({ ...props, confDirectory: directory });
  for (const { path, content } of declared.files)
    if (content.kind === "text") writeFileSync(path, content.text, { mode: 0o755 });
  const stateFile = join(directory, "state.json");
  const ectool = program(
    directory,
    "ectool",
    `#!/bin/sh\nexec ${process.execPath} ${join(__dirname, "ectool.cjs")} "$@"\n`,
  );
  const state = () => JSON.parse(readFileSync(stateFile, "utf8")) as State;
  const change = (part: Partial<State>) => {
    writeFileSync(stateFile, JSON.stringify({ ...state(), ...part }));
  };
  writeFileSync(
    stateFile,
    JSON.stringify({ session: true, promoted: "EC-ISPW-1.1.0.23", properties: {}, calls: [] }),
  );
  const run = (...words: string[]) => {
    change({ calls: [] });
    const { status, stdout, stderr } = spawnSync(join(directory, "set-ec-ispw-callbacks.sh"), words, {
      env: { ...process.env, ECTOOL: ectool, ECTOOL_STATE: stateFile },
      encoding: "utf8",
    });
    const written = state().calls.filter(([command]) => command !== "getProperty").length;
    return { status, stdout, stderr, written };
  };
  const inVersion = (version: string) =>
    Object.fromEntries(
      Object.entries(state().properties)
        .filter(([path]) => path.startsWith(`/projects/${version}/`))
        .map(([path, value]) => [path.replace(/.*ec_callback_/, ""), value]),
    );
  return { state, change, run, inVersion };
}

const wanted = (version: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(version).map(([context, value]) => [context, JSON.parse(value) as unknown]),
  );
const right = Object.fromEntries(Object.entries(all).map(([context, query]) => [context, events(query)]));

describeWith("shellcheck", "the script that sets them", () => {
  test("is one that shellcheck passes, in a folder with an apostrophe too", () => {
    const declared = declareServer({ confDirectory: "/opt/it's here/conf", callbacks: "all" });
    expect(shellcheck(textOf(declared, "set-ec-ispw-callbacks.sh"))).toBe("");
  });

  test("sets all five in the promoted version, and changes nothing at a second run", () =>
    withDirectory((directory) => {
      // GIVEN
      const { run, inVersion } = installed(directory);

      // WHEN
      const first = run();
      const second = run();

      // THEN
      expect(first).toMatchObject({ status: 0, stderr: "", written: 5 });
      expect(second).toMatchObject({ status: 0, stderr: "", written: 0 });
      expect(second.stdout).toContain("ec_callback_pipeline of EC-ISPW-1.1.0.23 is right already.");
      expect(wanted(inVersion("EC-ISPW-1.1.0.23"))).toEqual(right);
    }));

  test("sets them again in a new version after an upgrade, and leaves the old one alone", () =>
    withDirectory((directory) => {
      // GIVEN
      const { change, run, inVersion } = installed(directory);
      run();

      // WHEN
      change({ promoted: "EC-ISPW-1.2.0.31" });
      const after = run();

      // THEN
      expect(after).toMatchObject({ status: 0, written: 5 });
      expect(wanted(inVersion("EC-ISPW-1.2.0.31"))).toEqual(right);
      expect(wanted(inVersion("EC-ISPW-1.1.0.23"))).toEqual(right);
    }));

  test("leaves what it does not declare, and what is right already, as it is", () =>
    withDirectory((directory) => {
      // GIVEN the plugin's own values
      const { change, run, state } = installed(directory, { callbacks: ["job"] });
      const path = (context: string) => `/projects/EC-ISPW-1.1.0.23/ec_callback_${context}`;
      const properties = {
        [path("job")]: JSON.stringify(events(all.job), null, 2),
        [path("flow")]: "the site's own",
      };
      change({ properties });

      // WHEN
      const result = run();

      // THEN
      expect(result).toMatchObject({ status: 0, written: 0 });
      expect(state().properties).toEqual(properties);
    }));

  test("gives back what was there before, after two runs too", () =>
    withDirectory((directory) => {
      // GIVEN one property of the site's own, and four that are not there
      const { change, run, state } = installed(directory);
      const properties = { "/projects/EC-ISPW-1.1.0.23/ec_callback_job": '[{"name":"completed"}]' };
      change({ properties });
      run();
      run();

      // WHEN
      const undone = run("undo");
      const again = run("undo");

      // THEN
      expect(undone).toMatchObject({ status: 0, stderr: "", written: 5 });
      expect(again).toMatchObject({ status: 0, stderr: "", written: 0 });
      expect(state().properties).toEqual(properties);
    }));

  test.each<[string, Partial<State>, string]>([
    ["nobody is logged in", { session: false }, "InvalidCredentialsOrSession"],
    ["no version is promoted", { promoted: null }, "NoSuchPlugin"],
    ["the version has a name that is none", { promoted: "EC-ISPW-1;$(x)" }, "Nothing was changed"],
  ])("stops where %s", (_title, state, message) =>
    withDirectory((directory) => {
      const { change, run, state: now } = installed(directory);
      change(state);
      const result = run();
      expect(result.status).not.toBe(0);
      expect(result).toMatchObject({ written: 0, stderr: expect.stringContaining(message) });
      expect(now().properties).toEqual({});
    }),
  );

  test("takes no other argument", () =>
    withDirectory((directory) => {
      expect(installed(directory).run("force")).toMatchObject({ status: 2, written: 0 });
    }));
});
