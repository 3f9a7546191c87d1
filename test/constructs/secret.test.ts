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

describe("Secret.rotate", () => {
  const scope = new RootConstruct("stack");
  const change = Secret.rotate({ from: Secret.env("FORMER"), to: Secret.env("NEXT") });

  test("is the new one wherever a secret is asked for, and knows the former", () => {
    expect(change.referenceIn(scope)).toBe("env:NEXT");
    expect(change.formerReferenceIn(scope)).toBe("env:FORMER");
    expect(Secret.env("NEXT").formerReferenceIn(scope)).toBeUndefined();
  });

  test("refuses what is no secret, and does not repeat it", () => {
    const literal = () => Secret.rotate({ from: "hunter2" as never, to: Secret.env("NEXT") });
    expect(literal).toThrow(/Secret\.rotate/);
    expect(literal).not.toThrow(/hunter2/);
  });
});
