import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

import { openHost } from "../../lib/hosts";
import { replaceAtomically } from "../../lib/hosts/atomicReplace";
import { removeLeftovers } from "../../lib/hosts/leftovers";
import { livenessOf, thisHolder } from "../../lib/hosts/exclusionHolder";
import { createLocalExclusions } from "../../lib/hosts/localExclusions";
import { ExclusionWatch } from "../../lib/hosts/exclusionWatch";
import { hostFailure, inMirror } from "./support";

const exclusions = createLocalExclusions({ staleMs: 400, signOfLifeMs: 10 });
const token = "0123456789abcdef01234567";
const elsewhere = JSON.stringify({ ...thisHolder(new Date()), machine: "elsewhere" });

function lock(file: string, timeoutMs: number, action = async (): Promise<string> => "in"): Promise<string> {
  return exclusions.within(file, file, action, { timeoutMs });
}

/** Signs of life at a lock, by a clock that is wrong. */
function startPulse(entry: string, clockErrorMs: number): () => void {
  const pulse = setInterval(() => {
    const now = new Date(Date.now() + clockErrorMs);
    utimesSync(entry, now, now);
  }, 100);
  return () => clearInterval(pulse);
}

describe("the lock of a process that this one cannot see", () => {
  it.each([
    ["of this version", ".store.cdktf-trust.lock/" + token],
    ["of an earlier version", ".store.cdktf-trust.lock"],
  ])("%s is kept while it shows signs of life, by whatever clock", async (_version, name) => {
    await inMirror(async (root) => {
      const entry = join(root, name);
      mkdirSync(dirname(entry), { recursive: true });
      writeFileSync(entry, elsewhere);
      for (const clockErrorMs of [-90_000, 90_000]) {
        // GIVEN
        const stop = startPulse(entry, clockErrorMs);
        // WHEN
        const error = await hostFailure(() => lock(join(root, "store"), 1_000));
        // THEN
        expect(error.code).toBe("locked");
        expect(error.message).toContain("on elsewhere, since 20");
        stop();
      }
      // AND without them it is taken, though by its own clock it is in the future
      expect(await lock(join(root, "store"), 5_000)).toBe("in");
      expect(readdirSync(root)).toEqual([]);
    });
  });

  it("is watched even where nothing is in it that can be read", async () => {
    await inMirror(async (root) => {
      writeFileSync(join(root, ".store.cdktf-trust.lock"), "{");
      await expect(lock(join(root, "store"), 100)).rejects.toThrow("is locked by another run");
      expect(await lock(join(root, "store"), 5_000)).toBe("in");
    });
  });

  it("names its holder in plain characters only", async () => {
    await inMirror(async (root) => {
      const hostile = { ...thisHolder(new Date()), machine: "\u{1B}[31mroot" };
      writeFileSync(join(root, ".store.cdktf-trust.lock"), JSON.stringify(hostile));
      await expect(lock(join(root, "store"), 100)).rejects.toThrow("is locked by another run");
    });
  });
});

describe("ExclusionWatch", () => {
  it("counts only the time in which the sign was looked at and stayed the same", () => {
    const watch = new ExclusionWatch(2_000);
    expect(watch.isStale("a", 0)).toBe(false);
    expect(watch.isStale("a", 900)).toBe(false);
    // Stood still itself for an hour.
    expect(watch.isStale("a", 3_600_000)).toBe(false);
    expect(watch.isStale("a", 3_600_200)).toBe(true);
    expect(watch.isStale("b", 3_600_300)).toBe(false);
    expect(watch.isStale("b", 3_601_200)).toBe(false);
  });
});

describe("livenessOf", () => {
  it("knows of processes of this machine by their number and start, and of no others", () => {
    const own = thisHolder(new Date());
    if (own.processSpace === undefined) {
      process.stderr.write("SKIPPED liveness of processes: no /proc\n");
      return;
    }
    const { started, ...earlier } = own;
    expect(livenessOf(own)).toBe("alive");
    expect(livenessOf({ ...own, processId: spawnSync("true").pid })).toBe("dead");
    expect(livenessOf({ ...own, started: `${started}1` })).toBe("dead");
    expect(livenessOf({ ...own, started: "time:[1] 1" })).toBe("unknown");
    expect(livenessOf(earlier)).toBe("unknown");
    expect(livenessOf({ ...own, machine: "elsewhere" })).toBe("unknown");
    expect(livenessOf({ ...own, processSpace: "another boot" })).toBe("unknown");
    expect(livenessOf(undefined)).toBe("unknown");
  });
});

describe("a run that has lost its lock", () => {
  it("writes nothing more, neither the file nor what is kept beside it", async () => {
    await inMirror(async (root) => {
      const host = openHost(`local:${root}`);
      writeFileSync(join(root, "store"), "old");
      const codes: string[] = [];
      const losing = host.exclusively("/store", async () => {
        rmSync(join(root, ".store.cdktf-trust.lock"), { recursive: true });
        for (const path of ["/store", "/.store.cdktf-trust.json", "/store.orig"]) {
          codes.push((await hostFailure(() => host.replaceFile(path, Buffer.from("late")))).code);
        }
        codes.push((await hostFailure(() => host.removeFile("/store"))).code);
        // Another file's lock has nothing to do with it.
        await host.replaceFile("/other", Buffer.from("new"));
      });
      await expect(losing).rejects.toThrow("another one has taken over the lock");
      expect(codes).toEqual(["lock-lost", "lock-lost", "lock-lost", "lock-lost"]);
      expect(readFileSync(join(root, "store"), "utf8")).toBe("old");
      expect(readdirSync(root).sort()).toEqual(["other", "store"]);
    });
  });

  it("cannot write even where it loses it after it has made sure", async () => {
    await inMirror(async (root) => {
      const file = join(root, "store");
      writeFileSync(file, "of the run that took over");
      const late = replaceAtomically(file, Buffer.from("late"), {}, () => removeLeftovers(file));
      await expect(late).rejects.toThrow("ENOENT");
      expect(readFileSync(file, "utf8")).toBe("of the run that took over");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });

  it("does not take away the lock of the one that took it over", async () => {
    await inMirror(async (root) => {
      const entry = join(root, ".store.cdktf-trust.lock", token);
      const losing = lock(join(root, "store"), 100, async () => {
        rmSync(dirname(entry), { recursive: true });
        mkdirSync(dirname(entry));
        writeFileSync(entry, elsewhere);
        return "out";
      });
      await expect(losing).rejects.toThrow("another one has taken over the lock");
      expect(readFileSync(entry, "utf8")).toBe(elsewhere);
    });
  });
});

it("an earlier version, which links and unlinks a plain file, neither gets nor removes a lock", async () => {
  await inMirror(async (root) => {
    const held = join(root, ".store.cdktf-trust.lock");
    writeFileSync(join(root, "written"), "");
    await lock(join(root, "store"), 100, async () => {
      expect(() => linkSync(join(root, "written"), held)).toThrow("EEXIST");
      expect(() => unlinkSync(held)).toThrow(/EISDIR|EPERM/);
      return "in";
    });
    expect(readdirSync(root)).toEqual(["written"]);
  });
});
