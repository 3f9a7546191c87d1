import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openHost } from "../../lib/hosts";
import { childProgram } from "./childProgram";
import { inMirror } from "./support";

const program = childProgram();
const size = 2_000_000;
const kills = process.env["SLOW"] === "1" ? 500 : 12;

async function startChild(
  root: string,
  what: "replace" | "count" | "hold",
  number: number,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, root, "/store", what, String(number)], {
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
          await openHost(`local:${root}`).exclusively("/store", async () => undefined);
          expect(readdirSync(root)).toEqual(["store"]);
        }
      });
    },
    kills * 5_000,
  );
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

it("what a killed run left is gone after the next run, though that only reads", async () => {
  await inMirror(async (root) => {
    // GIVEN the lock and a temporary file of a run that was killed
    for (let found = false; !found;) {
      const killed = await startChild(root, "replace", size);
      await sleep(Math.random() * 40);
      await kill(killed);
      found = readdirSync(root).includes(".store.cdktf-trust.lock");
    }
    writeFileSync(join(root, ".store.cdktf-trust-0a1b2c3d4e5f.tmp"), "half");
    // WHEN
    const read = spawnSync(process.execPath, [program, root, "/store", "read", "0"]);
    // THEN
    expect(read.status).toBe(0);
    expect(readdirSync(root).filter((name) => name !== "store")).toEqual([]);
  });
});

it("a run that is ended by a signal takes its lock along", async () => {
  await inMirror(async (root) => {
    const child = await startChild(root, "hold", 0);
    expect(readdirSync(root)).toEqual([".store.cdktf-trust.lock"]);
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    expect(await gone).toEqual([null, "SIGTERM"]);
    expect(readdirSync(root)).toEqual([]);
  });
});

it.each([-90_000, 90_000])(
  "a run that lives keeps its lock and its files where its clock is off by %d ms",
  async (clockErrorMs) => {
    await inMirror(async (root) => {
      // GIVEN
      const child = await startChild(root, "hold", clockErrorMs);
      writeFileSync(join(root, ".store.cdktf-trust-0a1b2c3d4e5f.tmp"), "being written");
      // WHEN
      const host = openHost(`local:${root}`);
      const waiting = host.exclusively("/store", async () => "in", { timeoutMs: 1_000 });
      // THEN
      await expect(waiting).rejects.toThrow(`is locked by user`);
      expect(await host.readFile("/store")).toBeUndefined();
      expect(readdirSync(root).sort()).toEqual([
        ".store.cdktf-trust-0a1b2c3d4e5f.tmp",
        ".store.cdktf-trust.lock",
      ]);
      await kill(child);
      expect(await host.exclusively("/store", async () => "in")).toBe("in");
    });
  },
);
