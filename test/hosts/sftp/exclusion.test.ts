import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type HostFiles, openHost } from "../../../lib/hosts";
import { thisHolder } from "../../../lib/hosts/exclusionHolder";
import { windowsPathOf } from "../../support/windowsMachine";
import { childProgram } from "../childProgram";
import { describeWindows } from "../kinds";
import { hostFailure, inMirror } from "../support";

const program = childProgram();
const lockName = ".store.cdktf-trust.lock";
const token = "0123456789abcdef01234567";
const isSlow = process.env["SLOW"] === "1";
const kills = isSlow ? 60 : 1;
/** How many runs take turns, and how often each. */
const [runners, turns] = isSlow ? [3, 5] : [2, 3];
const size = 600_000;

describeWindows("a file of a Windows machine, worked on through SFTP", "modern", (machine) => {
  const open = (): HostFiles =>
    openHost(machine().server.address, { connection: machine().server.connection });

  async function start(
    root: string,
    what: "hold" | "count" | "replace",
    number: number,
  ): Promise<ChildProcess> {
    const { address, connection } = machine().server;
    const words = [program, address, windowsPathOf(join(root, "store")), what, String(number)];
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, CONNECTION: JSON.stringify(connection) },
    });
    await once(child.stdout ?? child, "data");
    return child;
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** A lock whose holder nobody here can see. */
  function leaveLock(root: string, ageSeconds: number): string {
    const entry = join(root, lockName, token);
    mkdirSync(join(root, lockName));
    writeFileSync(entry, JSON.stringify({ ...thisHolder(new Date()), machine: "elsewhere" }));
    const then = new Date(Date.now() - ageSeconds * 1_000);
    utimesSync(entry, then, then);
    return entry;
  }

  it("a run keeps another one out while it lives, and one from here goes on when it is dead", async () => {
    await inMirror(async (root) => {
      const holder = await start(root, "hold", 0);
      const path = windowsPathOf(join(root, "store"));
      const error = await hostFailure(() => open().exclusively(path, async () => "in", { timeoutMs: 1_500 }));
      expect(error.code).toBe("locked");
      expect(error.message).toMatch(/locked by user .+, process \d+ on /);
      await kill(holder);
      expect(readdirSync(root)).toEqual([lockName]);
      expect(await open().exclusively(path, async () => "in", { timeoutMs: 10_000 })).toBe("in");
      expect(readdirSync(root)).toEqual([]);
    });
  }, 60_000);

  it("a run that is ended by a signal takes its lock along", async () => {
    await inMirror(async (root) => {
      const holder = await start(root, "hold", 0);
      await kill(holder, "SIGTERM");
      await sleep(500);
      expect(readdirSync(root)).toEqual([]);
    });
  }, 60_000);

  it("the lock of a run elsewhere is old by the machine's clock, and then gone at once, by a reader too", async () => {
    await inMirror(async (root) => {
      const path = windowsPathOf(join(root, "store"));
      writeFileSync(join(root, "store"), "old");
      leaveLock(root, 5);
      const error = await hostFailure(() => open().exclusively(path, async () => "in", { timeoutMs: 1_000 }));
      expect(error.message).toContain("on elsewhere");
      utimesSync(join(root, lockName, token), new Date(Date.now() - 90_000), new Date(Date.now() - 90_000));
      expect(await open().exclusively(path, async () => "in", { timeoutMs: 1_000 })).toBe("in");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });

  it("what a run left is gone after one that only reads", async () => {
    await inMirror(async (root) => {
      leaveLock(root, 90);
      writeFileSync(join(root, ".store.cdktf-trust-0a1b2c3d4e5f.tmp"), "half");
      writeFileSync(join(root, ".store.cdktf-trust.aside"), "old");
      expect((await open().readFile(windowsPathOf(join(root, "store"))))?.bytes.toString()).toBe("old");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });

  it("a run that lost its lock writes no more", async () => {
    await inMirror(async (root) => {
      const path = windowsPathOf(join(root, "store"));
      const host = open();
      writeFileSync(join(root, "store"), "old");
      const codes: string[] = [];
      const losing = host.exclusively(path, async () => {
        const [own = ""] = readdirSync(join(root, lockName));
        rmSync(join(root, lockName, own));
        codes.push((await hostFailure(() => host.replaceFile(path, Buffer.from("late")))).code);
        codes.push((await hostFailure(() => host.removeFile(path))).code);
      });
      await expect(losing).rejects.toThrow("taken over the lock");
      expect(codes).toEqual(["lock-lost", "lock-lost"]);
      expect(readFileSync(join(root, "store"), "utf8")).toBe("old");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });

  it("a lock outlives the connection, and is given back over the next one", async () => {
    await inMirror(async (root) => {
      const path = windowsPathOf(join(root, "store"));
      const host = open();
      await host.exclusively(path, async () => {
        machine().dieAt(1, "before");
        await host.readFile(path);
        expect(machine().hasDied()).toBe(true);
        await host.replaceFile(path, Buffer.from("new"));
      });
      expect(readFileSync(join(root, "store"), "utf8")).toBe("new");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });

  it("runs take turns", async () => {
    await inMirror(async (root) => {
      const runs = await Promise.all(Array.from({ length: runners }, () => start(root, "count", turns)));
      for (const run of runs) if (run.exitCode === null) await once(run, "exit");
      expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
      expect(readFileSync(join(root, "store"), "utf8")).toBe(String(runners * turns));
      expect(readdirSync(root)).toEqual(["store"]);
    });
  }, 120_000);

  it(
    `a run that is killed leaves the old file or the new one, and the next goes on (${kills} kills)`,
    async () => {
      await inMirror(async (root) => {
        const path = windowsPathOf(join(root, "store"));
        for (let round = 0; round < kills; round++) {
          writeFileSync(join(root, "store"), Buffer.alloc(size, "b"));
          const run = await start(root, "replace", size);
          await sleep(500 + Math.random() * 1_500);
          await kill(run);
          const found = (await open().readFile(path))?.bytes;
          expect(found?.length).toBe(size);
          expect(found?.every((byte) => byte === found[0])).toBe(true);
          await open().exclusively(path, async () => undefined);
          expect(readdirSync(root)).toEqual(["store"]);
        }
      });
    },
    kills * 20_000,
  );
});
