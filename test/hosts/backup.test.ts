import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { createRunId, keepBackup, keepOriginal, openHost, removeBackups } from "../../lib/hosts";
import { hostFailure, inMirror } from "./support";

const runId = (second: number): string =>
  createRunId(new Date(Date.UTC(2026, 0, 1, 10, 0, second)), (length) => new Uint8Array(length).fill(second));

it("names runs so that they sort by time", () => {
  expect(runId(7)).toBe("20260101T100007Z-070707");
});

describe("keepOriginal", () => {
  it("keeps the first original only, beside the real file and with its mode", async () => {
    await inMirror(async (root) => {
      mkdirSync(join(root, "data"));
      writeFileSync(join(root, "data/store"), "first");
      chmodSync(join(root, "data/store"), 0o640);
      symlinkSync("data/store", join(root, "link"));
      const host = openHost(`local:${root}`);
      expect(await keepOriginal(host, "/link")).toBe("written");
      writeFileSync(join(root, "data/store"), "second");
      expect(await keepOriginal(host, "/link")).toBe("present");
      expect(readFileSync(join(root, "data/store.orig"), "utf8")).toBe("first");
      expect(statSync(join(root, "data/store.orig")).mode & 0o7777).toBe(0o640);
      expect(await keepOriginal(host, "/absent")).toBe("absent");
    });
  });
});

describe("keepBackup", () => {
  it("keeps one backup a run, and those of the newest three runs", async () => {
    await inMirror(async (root) => {
      // GIVEN backups of somebody else's making
      const foreign = ["store.20200101.bak", "store.bak", "other.20260101T100000Z-000000.bak"];
      for (const name of foreign) writeFileSync(join(root, name), "foreign");
      const host = openHost(`local:${root}`);
      // WHEN
      for (const second of [1, 2, 3, 4, 5]) {
        writeFileSync(join(root, "store"), `before run ${second}`);
        expect(await keepBackup(host, "/store", runId(second))).toBe("written");
        writeFileSync(join(root, "store"), `within run ${second}`);
        expect(await keepBackup(host, "/store", runId(second))).toBe("present");
      }
      // THEN
      const kept = [3, 4, 5].map((second) => `store.${runId(second)}.bak`);
      expect(readdirSync(root)).toEqual([...foreign, ...kept, "store"].sort());
      expect(readFileSync(join(root, `store.${runId(4)}.bak`), "utf8")).toBe("before run 4");
    });
  });

  it("keeps this run's backup where the clock was set back", async () => {
    await inMirror(async (root) => {
      writeFileSync(join(root, "store"), "content");
      const host = openHost(`local:${root}`);
      for (const second of [10, 11, 12, 1]) await keepBackup(host, "/store", runId(second));
      expect(readdirSync(root)).toEqual(
        ["store", ...[1, 11, 12].map((second) => `store.${runId(second)}.bak`)].sort(),
      );
    });
  });

  it("refuses a run id that would not be found again", async () => {
    await inMirror(async (root) => {
      writeFileSync(join(root, "store"), "content");
      const error = await hostFailure(() => keepBackup(openHost(`local:${root}`), "/store", "../x"));
      expect(error.code).toBe("run-id");
    });
  });
});

describe("removeBackups", () => {
  it("removes every run's backup of the file, and nothing else", async () => {
    await inMirror(async (root) => {
      const host = openHost(`local:${root}`);
      writeFileSync(join(root, "store"), "content");
      writeFileSync(join(root, "other.bak"), "somebody else's");
      await keepOriginal(host, "/store");
      for (const run of [1, 2]) await keepBackup(host, "/store", runId(run));
      await removeBackups(host, "/store");
      expect(readdirSync(root).sort()).toEqual(["other.bak", "store", "store.orig"]);
    });
  });
});
