import { unprovenLines, unprovenSteps } from "../../../lib/cli/deploy/unproven";
import type { FilePlan, TrustPlan } from "../../../lib/model";
import { environmentOf } from "../../../lib/project";
import { plan } from "../../check/plans";

const PLACE = "server:/opt/set-up.sh";

function planWith(text: string, unproven = "it is set only after somebody ran this script"): TrustPlan {
  const script: FilePlan = {
    id: "pair/Script",
    hostId: "server",
    path: "/opt/set-up.sh",
    mode: 0o755,
    content: { kind: "text", text },
    unproven,
  };
  return plan({ files: [script] });
}

function stepOf(declared: TrustPlan): string {
  return unprovenSteps({ plan: declared })[0]?.step ?? "";
}

describe("a step that nothing can check", () => {
  const declared = planWith("ectool set 10.0.0.1\n");

  test("is told with the fingerprint to acknowledge it by", () => {
    expect(unprovenLines({ plan: declared })).toEqual([
      `unproven: ${PLACE}: it is set only after somebody ran this script (step ${stepOf(declared)})`,
    ]);
    expect(stepOf(declared)).toMatch(/^[0-9a-f]{12}$/);
  });

  test("is told in short once somebody has acknowledged it", () => {
    const acknowledged = { [PLACE]: { step: stepOf(declared), by: "A. Admin", on: "2026-11-29" } };
    expect(unprovenLines({ plan: declared, acknowledged })).toEqual([
      `acknowledged: ${PLACE} (by A. Admin on 2026-11-29)`,
    ]);
  });

  test.each([
    ["the script", planWith("ectool set 10.0.0.2\n")],
    ["what is said of it", planWith("ectool set 10.0.0.1\n", "run it twice")],
  ])("is to be done again once %s has changed", (_what, changed) => {
    const acknowledged = { [PLACE]: { step: stepOf(declared), by: "A. Admin", on: "2026-11-29" } };
    const [line] = unprovenLines({ plan: changed, acknowledged });
    expect(line).toContain("; it has changed since A. Admin did it on 2026-11-29 (step ");
    expect(stepOf(changed)).not.toBe(stepOf(declared));
  });

  test("is acknowledged in cdktf.json, by a name and a day", () => {
    const context = (on: string) => (key: string) =>
      key === "environments"
        ? { prod: { acknowledged: { [PLACE]: { step: "1", by: "A. Admin", on } } } }
        : undefined;
    expect(environmentOf(context("2026-11-29"), "prod").acknowledged?.[PLACE]?.by).toBe("A. Admin");
    expect(() => environmentOf(context("yesterday"), "prod")).toThrow(/a day such as 2027-01-31/);
  });
});
