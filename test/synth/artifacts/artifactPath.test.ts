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
});
