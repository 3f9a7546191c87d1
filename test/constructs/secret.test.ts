import { RootConstruct } from "constructs";
import { Secret } from "../../lib";

describe("Secret", () => {
  test("is a reference", () => {
    const scope = new RootConstruct("stack");
    expect(Secret.env("NAME").referenceIn(scope)).toBe("env:NAME");
    expect(Secret.file(".local/secrets/a").referenceIn(scope)).toBe("file:.local/secrets/a");
    expect(Secret.command("pass show a").referenceIn(scope)).toBe("cmd:pass show a");
  });

  test.each([
    ["env", () => Secret.env("hunter2!")],
    ["env", () => Secret.env("")],
    ["file", () => Secret.file(" ")],
    ["command", () => Secret.command("")],
    ["named", () => Secret.named("../hunter2")],
  ])("Secret.%s refuses what cannot be a reference and does not repeat it", (factory, make) => {
    expect(make).toThrow(`Secret.${factory}() was given nothing usable`);
    expect(make).not.toThrow("hunter2");
  });
});
