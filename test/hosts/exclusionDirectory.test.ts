import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { findExclusion } from "../../lib/hosts/exclusionDirectory";
import { inMirror } from "./support";

afterEach(() => {
  jest.restoreAllMocks();
});

describe("findExclusion", () => {
  it.each([
    ["is a directory by now", (lock: string) => mkdirSync(lock)],
    ["is gone by now", () => undefined],
  ])("finds nobody where the plain file of an earlier version %s", async (_title, follow) => {
    await inMirror(async (folder) => {
      // GIVEN a plain file that somebody else takes over between the look at it and its reading
      const lock = join(folder, ".file.cdktf-trust.lock");
      writeFileSync(lock, "{}");
      const status = await fs.lstat(lock, { bigint: true });
      jest.spyOn(fs, "lstat").mockImplementationOnce(() => {
        rmSync(lock);
        follow(lock);
        return Promise.resolve(status as never);
      });

      // WHEN, THEN
      expect(await findExclusion(lock)).toBeUndefined();
    });
  });
});
