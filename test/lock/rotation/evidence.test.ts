import { type Evidence, withEvidence } from "../../../lib/lock";
import { announced, identityOf, signed, steady } from "./support";

const evidence = (overrides: Partial<Evidence>): Evidence => ({
  host: "flow",
  path: "/conf/cacerts",
  generation: 2,
  level: "restarted",
  at: "2026-03-02T12:00:00Z",
  by: "activation",
  ...overrides,
});

describe("evidence of a rotation", () => {
  const { lock } = announced(steady(), "jetty");
  const known = (...lists: readonly (readonly Evidence[])[]) =>
    identityOf(
      lists.reduce((all, list) => withEvidence(all, "jetty", list), lock),
      "jetty",
    ).rotation?.evidence;

  test("is sorted by host, path and generation, in whatever order it comes", () => {
    const all = [
      evidence({ host: "flow" }),
      evidence({ host: "flow", path: "/conf/keystore", generation: 1 }),
      evidence({ host: "flow", path: "/conf/keystore", generation: 2 }),
      evidence({ host: "partner", path: "", level: "acknowledged", by: "ops: told on the phone" }),
    ];
    expect(known(all)).toEqual(all);
    expect(known(all.toReversed())).toEqual(all);
    expect(known(all.slice(2), all.slice(0, 3))).toEqual(all);
  });

  test.each([
    ["the stronger level", { level: "acknowledged", at: "2026-03-03T12:00:00Z" }, { level: "served" }],
    [
      "a stronger level that is older",
      { level: "restarted" },
      { level: "called", at: "2026-03-01T12:00:00Z" },
    ],
    ["the later time", { at: "2026-03-02T12:00:00Z" }, { at: "2026-03-02T14:00:00+01:00" }],
    ["one, where both are as good", { by: "b" }, { by: "a" }],
  ] as const)("that is known twice counts once, by %s", (_, weaker, stronger) => {
    expect(known([evidence(weaker)], [evidence(stronger)])).toEqual([evidence(stronger)]);
    expect(known([evidence(stronger)], [evidence(weaker)])).toEqual([evidence(stronger)]);
    expect(known([evidence(weaker), evidence(stronger)])).toEqual([evidence(stronger)]);
  });

  test("that is known already changes nothing", () => {
    const once = withEvidence(lock, "jetty", [evidence({})]);
    expect(withEvidence(once, "jetty", [evidence({})])).toBe(once);
    expect(withEvidence(lock, "jetty", [])).toBe(lock);
  });

  test("is written and signed with the identity", () => {
    const open = announced(steady(), "jetty");
    const after = signed(open, { lock: withEvidence(open.lock, "jetty", [evidence({})]) });
    expect(identityOf(after.lock, "jetty").signature).not.toEqual(identityOf(open.lock, "jetty").signature);
  });
});
