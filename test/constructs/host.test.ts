import { Host } from "../../lib";
import { absolutePath } from "../../lib/constructs/host";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";

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

  test("over SSH, minimal and full", () => {
    expect(Host.ssh("ISPW.example.com")).toEqual({
      hostId: "ispw.example.com",
      platform: "posix",
      plan: {
        kind: "ssh",
        id: "ispw.example.com",
        platform: "posix",
        address: "ssh://ispw.example.com",
        connection: {},
      },
    });
    const way = { jump: "ops@gate", identity: "keys/deploy", hostKey, password: "env:PASSPHRASE" } as const;
    expect(
      Host.ssh("ssh://me@ispw:22", { id: "ispw", user: "deploy", port: 2222, sudo: true, ...way }).plan,
    ).toEqual({
      kind: "ssh",
      id: "ispw",
      platform: "posix",
      address: "ssh://ispw:2222",
      connection: { user: "deploy", sudo: "root", ...way },
    });
    expect(Host.ssh("a", { sudo: "product" }).plan).toMatchObject({ connection: { sudo: "product" } });
    expect(Host.ssh("a", { sudo: false }).plan).toMatchObject({ connection: {} });
  });

  test.each([
    ["an option of ssh", () => Host.ssh("-oProxyCommand=x")],
    ["a port that is none", () => Host.ssh("a", { port: 70_000 })],
    ["a user that is none", () => Host.ssh("a", { user: "-x" })],
    ["a key that is none", () => Host.ssh("a", { hostKey: "AAAA" })],
    ["a jump that is none", () => Host.ssh("a", { jump: "b c" })],
  ])("over SSH refuses %s", (_what, declare) => {
    expect(declare).toThrow(expect.objectContaining({ code: "host-address" }));
  });

  test("over SSH, a machine of Windows", () => {
    expect(Host.ssh("ces.example.com", { platform: "windows", user: "deploy" }).plan).toEqual({
      kind: "ssh",
      id: "ces.example.com",
      platform: "windows",
      address: "ssh://ces.example.com",
      connection: { user: "deploy" },
    });
  });

  test("over SSH refuses a password itself, and sudo on Windows", () => {
    expect(() => Host.ssh("a", { password: "hunter2" as never })).toThrow(
      expect.objectContaining({ code: "secret-literal" }),
    );
    expect(() => Host.ssh("a", { platform: "windows", sudo: true })).toThrow(
      expect.objectContaining({ code: "sudo-on-windows" }),
    );
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
