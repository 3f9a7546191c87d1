import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActivationPlan, type ConfigExpectationPlan, joinPlans } from "../../lib/model";
import { readTrustPlan } from "../../lib/project";
import { call, plan } from "../check/plans";

const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-plan-"));
const file = join(directory, "trust-plan.json");

afterAll(() => rmSync(directory, { recursive: true }));

function read(hop: object) {
  writeFileSync(file, JSON.stringify(plan({ hops: [{ ...call, ...hop }] })));
  return readTrustPlan(file).hops[0];
}

describe("a plan's call", () => {
  test("of before there was strict: false is strict", () => {
    expect(read({})).toEqual(call);
  });

  test("has the reason for which it passes", () => {
    expect(read({ letPassBecause: "it is renewed" })).toEqual({ ...call, letPassBecause: "it is renewed" });
  });

  test.each(["", " ", 1, true, null])("that passes for %j is damaged", (letPassBecause) => {
    expect(() => read({ letPassBecause })).toThrow(expect.objectContaining({ code: "damaged-file" }));
  });
});

describe("what people bring about", () => {
  const expectation: ConfigExpectationPlan = {
    id: "pair/Setting",
    hostId: "server",
    path: "/opt/server.cnf",
    settings: [{ kind: "property", key: "trust", value: "OURS" }],
    remedy: "run the script",
  };

  test("is read, also beside a plan of before, which has none", () => {
    writeFileSync(file, JSON.stringify(plan({ expectations: [expectation] })));
    const read = readTrustPlan(file);
    writeFileSync(file, JSON.stringify(plan()));
    const before = readTrustPlan(file);
    expect(read.expectations).toEqual([expectation]);
    expect(before).not.toHaveProperty("expectations");
    expect(joinPlans([before, read]).expectations).toEqual([expectation]);
    expect(joinPlans([read, before]).expectations).toEqual([expectation]);
  });
});

describe("a plan's runbooks", () => {
  const runbook = { id: "stack/App", hostId: "server", title: "App", steps: [{ text: "Restart it." }] };

  test.each([
    ["of before they had a way back", runbook],
    [
      "with all that they may say",
      {
        ...runbook,
        covers: ["/etc/app.conf"],
        back: {
          before: [{ text: "Undo it.", command: "undo" }],
          after: [{ text: "Start it.", check: "It is up." }],
        },
        unproven: ["It was not run."],
        keytool: "/opt/app/jre/bin",
      },
    ],
  ])("%s are read as they were written", (_what, written) => {
    writeFileSync(file, JSON.stringify(plan({ runbooks: [written] })));
    expect(readTrustPlan(file).runbooks).toEqual([written]);
  });
});

describe("an activation", () => {
  const activation: ActivationPlan = {
    id: "pair/Server",
    hostId: "server",
    label: "Server",
    way: { kind: "run", steps: [{ argv: ["app", "reload"], on: "host", timeoutSeconds: 120 }] },
    storeIds: ["pair/Keys"],
    fileIds: [],
    configFileIds: ["pair/Settings"],
    endpointIds: [],
  };

  test("is read, also beside a plan of before, which has none", () => {
    writeFileSync(file, JSON.stringify(plan({ activations: [activation] })));
    const whole = joinPlans([plan(), readTrustPlan(file)]);
    expect(whole.activations).toEqual([activation]);
  });

  test.each([{ kind: "run", steps: [{ argv: "app" }] }, { kind: "manual" }, { kind: "never" }])(
    "that is damaged is refused: %j",
    (way) => {
      writeFileSync(file, JSON.stringify({ ...plan(), activations: [{ ...activation, way }] }));
      expect(() => readTrustPlan(file)).toThrow(expect.objectContaining({ code: "damaged-file" }));
    },
  );
});
