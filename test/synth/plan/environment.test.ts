import { App } from "cdktf";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthEnvironment } from "../../../lib/synth/plan/environment";

function environmentOf(context: Record<string, unknown>, variables: NodeJS.ProcessEnv = {}) {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-environment-"));
  return synthEnvironment(new App({ outdir, context }), variables);
}

describe("the environment of a synth", () => {
  test("is local, embedded and never frozen unless something else is said", () => {
    expect(environmentOf({})).toMatchObject({
      name: "local",
      nullProvider: "embedded",
      frozen: false,
      artifacts: true,
    });
    expect(environmentOf({ environment: "local", environments: { local: { frozen: true } } }).frozen).toBe(
      false,
    );
  });

  test("others are frozen unless they say otherwise", () => {
    expect(environmentOf({ environment: "production", environments: { production: {} } })).toMatchObject({
      name: "production",
      frozen: true,
    });
    const settings = { environments: { test: { frozen: false, lockKey: "file:key" } } };
    expect(environmentOf({ environment: "test", ...settings })).toMatchObject({
      frozen: false,
      lockKey: "file:key",
    });
  });

  test("options of the command come in variables", () => {
    expect(environmentOf({}, { CDKTF_TRUST_NO_ARTIFACTS: "1", CDKTF_TRUST_PLAN_ONLY: "1" })).toMatchObject({
      artifacts: false,
      planOnly: true,
    });
    expect(environmentOf({})).toMatchObject({ takeOver: [], acceptsOlderGenerations: false });
    const memory = {
      CDKTF_TRUST_TAKE_OVER: '["shop/tst/web"]',
      CDKTF_TRUST_ACCEPT_OLDER_GENERATIONS: "1",
    };
    expect(environmentOf({}, memory)).toMatchObject({
      takeOver: ["shop/tst/web"],
      acceptsOlderGenerations: true,
    });
  });

  test.each([
    [{ environment: "" }, 'the environment is ""'],
    [{ environment: "a/b" }, "give a name of letters, digits and hyphens"],
    [
      { environment: "prod" },
      'the environment "prod" is not declared; cdktf.json declares no environment but local',
    ],
    [
      { environment: "prod", environments: { tst: {} } },
      'declares tst, and local needs no declaration. If it is meant, add it to "environments" in the "context" of cdktf.json:\n  "environments": {\n    "prod": {}',
    ],
    [
      { environment: "prod", environments: ["prod"] },
      "damaged at context › environments: an object was expected",
    ],
    [{ environments: { tst: { frozen: "yes" } } }, "environments › tst › frozen: true or false was expected"],
    [{ nullProvider: "none" }, 'give "embedded" (needs no registry) or "registry"'],
  ])("%j is refused", (context, message) => {
    expect(() => environmentOf(context)).toThrow(message);
  });

  test("a literal where the lock's key is referred to is refused and not repeated", () => {
    const literal = () =>
      environmentOf({ environment: "test", environments: { test: { lockKey: "hunter2" } } });
    expect(literal).toThrow("never as a literal");
    expect(literal).not.toThrow("hunter2");
  });
});
