import { TextError } from "../../../lib/text";
import { artifactPath } from "../../../lib/synth/artifacts/artifactPath";

describe("where an artifact lies", () => {
  test("is the host's own path under the host's id", () => {
    const host = { kind: "local", id: "app", root: "/", platform: "posix" } as const;
    expect(artifactPath(host, "/etc/app/keys.p12")).toBe("artifacts/app/etc/app/keys.p12");
  });

  test("has the drive as a folder on Windows", () => {
    const host = { kind: "manual", id: "win", platform: "windows" } as const;
    expect(artifactPath(host, "C:\\ProgramData\\App\\keystore")).toBe(
      "artifacts/win/C/ProgramData/App/keystore",
    );
  });

  test.each([
    ["app", "posix", "/etc/../../../x"],
    ["app", "posix", "/etc/x\ny"],
    ["../../x", "posix", "/etc/x"],
    ["/etc", "posix", "/x"],
    ["win", "windows", String.raw`\\server\share\x`],
  ] as const)("never leaves the artifacts: host %j, %s, %j", (id, platform, path) => {
    expect(() => artifactPath({ kind: "manual", id, platform }, path)).toThrow(TextError);
  });
});
