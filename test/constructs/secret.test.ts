import { Secret } from "../../lib";

describe("Secret", () => {
  test("is a reference, also when it is printed", () => {
    expect(Secret.env("NAME").reference).toBe("env:NAME");
    expect(Secret.file(".local/secrets/a").reference).toBe("file:.local/secrets/a");
    expect(Secret.command("pass show a").toString()).toBe("cmd:pass show a");
  });

  test.each([
    ["env", () => Secret.env("hunter2!")],
    ["env", () => Secret.env("")],
    ["file", () => Secret.file(" ")],
    ["command", () => Secret.command("")],
  ])("Secret.%s refuses what cannot be a reference and does not repeat it", (factory, make) => {
    expect(make).toThrow(`Secret.${factory}() was given nothing usable`);
    expect(make).not.toThrow("hunter2");
  });
});
