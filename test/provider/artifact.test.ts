import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foreseeArtifact, readArtifact } from "../../lib/provider/artifact";

describe("an artifact", () => {
  const folder = mkdtempSync(join(tmpdir(), "trust-artifact-"));
  const at = (name: string) => join(folder, name);

  beforeAll(() => {
    writeFileSync(at("file"), "content");
    symlinkSync("file", at("link"));
    mkdirSync(at("directory"));
    spawnSync("mkfifo", [at("pipe")]);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read, through a link too", async () => {
    expect((await readArtifact(at("file"))).toString()).toBe("content");
    expect((await readArtifact(at("link"))).toString()).toBe("content");
  });

  test.each([
    ["a pipe", "pipe", "not-a-file"],
    ["a directory", "directory", "is-directory"],
  ])("that is %s is refused at once", async (_what, name, code) => {
    await expect(readArtifact(at(name))).rejects.toMatchObject({ code });
    await expect(foreseeArtifact(at(name))).rejects.toMatchObject({ code });
  });

  test("that is a device is refused", async () => {
    await expect(readArtifact("/dev/zero")).rejects.toMatchObject({ code: "not-a-file" });
  });

  test("that is missing is told by the apply only", async () => {
    await expect(readArtifact(at("missing"))).rejects.toMatchObject({ code: "artifact-missing" });
    await expect(foreseeArtifact(at("missing"))).resolves.toBeUndefined();
  });
});
