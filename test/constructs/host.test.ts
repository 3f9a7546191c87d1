import { Host } from "../../lib";
import { absolutePath } from "../../lib/constructs/host";

describe("Host", () => {
  test("minimal: a folder of this machine named after the host, with POSIX paths", () => {
    expect(Host.local("app")).toEqual({
      hostId: "app",
      platform: "posix",
      plan: { kind: "local", id: "app", root: ".local/hosts/app", platform: "posix" },
    });
    expect(Host.manual("mainframe").plan).toEqual({ kind: "manual", id: "mainframe", platform: "posix" });
  });

  test("full: every option reaches the plan", () => {
    expect(Host.local("flow", { root: "mirror/flow", platform: "windows" }).plan).toEqual({
      kind: "local",
      id: "flow",
      root: "mirror/flow",
      platform: "windows",
    });
    expect(Host.manual("flow", { platform: "windows" })).toEqual({
      hostId: "flow",
      platform: "windows",
      plan: { kind: "manual", id: "flow", platform: "windows" },
    });
  });

  test.each(["../app", "a b", "", "CON"])("has an id that is the name of a folder, which %j is not", (id) => {
    const refused = expect.objectContaining({ code: "invalid-host-id" });
    expect(() => Host.local(id)).toThrow(refused);
    expect(() => Host.local(id, { root: "/" })).toThrow(refused);
    expect(() => Host.manual(id)).toThrow(refused);
  });
});

describe("a path on a host", () => {
  test.each([
    ["posix", "/etc/app//conf/../store.p12", "/etc/app/store.p12"],
    ["posix", "/", "/"],
    ["windows", "C:\\App\\conf\\..\\store.p12", "C:\\App\\store.p12"],
    ["windows", "d:/App/store.p12", "d:\\App\\store.p12"],
  ] as const)("of %s is normalised: %s", (platform, path, normal) => {
    expect(absolutePath(Host.manual("app", { platform }), path)).toBe(normal);
  });

  test.each([
    ["posix", ""],
    ["posix", "etc/store"],
    ["posix", "./store"],
    ["posix", "~/store"],
    ["posix", "C:\\store"],
    ["windows", ""],
    ["windows", "store"],
    ["windows", "\\store"],
    ["windows", "C:store"],
    ["windows", "/etc/store"],
  ] as const)("of %s is refused where it is not absolute: %j", (platform, path) => {
    expect(() => absolutePath(Host.manual("app", { platform }), path)).toThrow(
      expect.objectContaining({
        code: "path-not-absolute",
        message: expect.stringContaining(`"${path}" on host "app" is not absolute`) as string,
      }),
    );
  });
});
