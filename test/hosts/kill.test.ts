import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openHost } from "../../lib/hosts";
import { inMirror } from "./support";

const size = 2_000_000;
const kills = process.env["SLOW"] === "1" ? 200 : 12;

async function startChild(root: string, what: "replace" | "count", number: number): Promise<ChildProcess> {
  const script = join(__dirname, "child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, root, "/store", what, String(number)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout ?? child, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

describe("a run that is killed", () => {
  it(
    `leaves the old file or the new one, and the next run goes on at once (${kills} kills)`,
    async () => {
      await inMirror(async (root) => {
        const old = Buffer.alloc(size, "b");
        for (let round = 0; round < kills; round++) {
          // GIVEN
          writeFileSync(join(root, "store"), old);
          const child = await startChild(root, "replace", size);
          await sleep(Math.random() * 30);
          // WHEN
          await kill(child);
          // THEN
          const found = readFileSync(join(root, "store"));
          expect(found.length).toBe(size);
          expect(found.every((byte) => byte === found[0])).toBe(true);
          // AND
          const started = performance.now();
          await openHost(`local:${root}`).withLock("/store", async () => undefined);
          expect(performance.now() - started).toBeLessThan(2_000);
          expect(readdirSync(root)).toEqual(["store"]);
        }
      });
    },
    kills * 5_000,
  );

  it("makes the next one wait until the lock is stale where nobody can tell that it is dead", async () => {
    await inMirror(async (root) => {
      // GIVEN a lock of another machine, without a sign of life for longer than a minute
      writeFileSync(join(root, ".store.cdktf-trust.lock"), "");
      const host = openHost(`local:${root}`);
      await expect(host.withLock("/store", async () => "in", { timeoutMs: 100 })).rejects.toThrow(
        "another run",
      );
      // WHEN
      const then = new Date(Date.now() - 61_000);
      utimesSync(join(root, ".store.cdktf-trust.lock"), then, then);
      // THEN
      expect(await host.withLock("/store", async () => "in")).toBe("in");
    });
  });
});

it("runs that compete for what a killed one left take turns", async () => {
  await inMirror(async (root) => {
    // GIVEN the lock of a run that was killed
    for (let found = false; !found;) {
      const killed = await startChild(root, "replace", 10);
      await sleep(Math.random() * 40);
      await kill(killed);
      found = readdirSync(root).includes(".store.cdktf-trust.lock");
    }
    rmSync(join(root, "store"), { force: true });
    // WHEN
    const runs = await Promise.all([1, 2, 3].map(() => startChild(root, "count", 10)));
    for (const run of runs) if (run.exitCode === null) await once(run, "exit");
    // THEN
    expect(runs.map((run) => run.exitCode)).toEqual([0, 0, 0]);
    expect(readFileSync(join(root, "store"), "utf8")).toBe("30");
    expect(readdirSync(root)).toEqual(["store"]);
  });
});

it("a run that loses its lock writes no more", async () => {
  await inMirror(async (root) => {
    const host = openHost(`local:${root}`);
    const losing = host.withLock("/store", async () => {
      rmSync(join(root, ".store.cdktf-trust.lock"));
      // The sign of life that follows within ten seconds finds that the lock is gone.
      await sleep(11_000);
      await host.replaceFile("/store", Buffer.from("late"));
    });
    await expect(losing).rejects.toThrow("another one has taken over the lock");
    expect(readdirSync(root)).toEqual([]);
  });
});
