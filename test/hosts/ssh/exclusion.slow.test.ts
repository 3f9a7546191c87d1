import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { openHost } from "../../../lib/hosts";

import { childProgram } from "../childProgram";
import { describeSsh } from "../kinds";
import { hostFailure, inMirror } from "../support";

const program = childProgram();
const lockName = ".store.cdktf-trust.lock";
const isSlow = process.env["SLOW"] === "1";
const kills = isSlow ? 100 : 2;
/** How often each of the runs that take turns does so. */
const turns = isSlow ? 8 : 3;
const size = 2_000_000;

describeSsh("one directory, worked on here and over SSH", {}, (server) => {
  type Where = "here" | "over ssh";
  type What = "hold" | "count" | "replace";

  const open = (where: Where) =>
    where === "here" ? openHost("local:/") : openHost(server().address, { connection: server().connection });

  async function start(where: Where, root: string, what: What, number: number): Promise<ChildProcess> {
    const [machine, environment] =
      where === "here" ? ["/", {}] : [server().address, { CONNECTION: JSON.stringify(server().connection) }];
    const words = [program, machine, join(root, "store"), what, String(number)];
    const child = spawn(process.execPath, words, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...environment },
    });
    await once(child.stdout ?? child, "data");
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  const pairs = [
    ["here", "over ssh"],
    ["over ssh", "here"],
    ["over ssh", "over ssh"],
  ] as const;
  it.each(isSlow ? pairs : pairs.slice(0, 2))(
    "a run %s keeps one %s out while it lives, and not a moment longer",
    async (holding, asking) => {
      await inMirror(async (root) => {
        // GIVEN
        const holder = await start(holding, root, "hold", 0);
        const host = open(asking);
        const file = join(root, "store");
        // WHEN
        const error = await hostFailure(() => host.exclusively(file, async () => "in", { timeoutMs: 1_500 }));
        // THEN
        expect(error.code).toBe("locked");
        expect(error.message).toMatch(
          holding === "here" ? /locked by user [^ ,]+, process/ : /locked by user .+ for .+ of .+, process/,
        );
        await kill(holder);
        expect(await host.exclusively(file, async () => "in", { timeoutMs: 10_000 })).toBe("in");
        expect(readdirSync(root)).toEqual([]);
      });
    },
    60_000,
  );

  it("a remote shell that was killed leaves a lock that everybody knows to be dead", async () => {
    await inMirror(async (root) => {
      for (const asking of ["here", "over ssh"] as const) {
        // GIVEN
        const holder = await start("over ssh", root, "hold", 0);
        const [token = ""] = readdirSync(join(root, lockName));
        const { processId } = JSON.parse(readFileSync(join(root, lockName, token), "utf8"));
        process.kill(Number(processId), "SIGKILL");
        await sleep(300);
        expect(readdirSync(root)).toEqual([lockName]);
        // WHEN, THEN
        const host = open(asking);
        expect(await host.exclusively(join(root, "store"), async () => "in", { timeoutMs: 5_000 })).toBe(
          "in",
        );
        expect(readdirSync(root)).toEqual([]);
        await kill(holder);
      }
    });
  }, 60_000);

  it("runs of both kinds take turns", async () => {
    await inMirror(async (root) => {
      const places: readonly Where[] = ["here", "over ssh", "here", "over ssh"];
      const runs = await Promise.all(places.map((where) => start(where, root, "count", turns)));
      for (const run of runs) if (run.exitCode === null) await once(run, "exit");
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
      expect(readFileSync(join(root, "store"), "utf8")).toBe(String(4 * turns));
      expect(readdirSync(root)).toEqual(["store"]);
    });
  }, 180_000);

  it(
    `a run that is killed leaves the old file or the new one, and the next goes on (${kills} kills)`,
    async () => {
      await inMirror(async (root) => {
        for (let round = 0; round < kills; round++) {
          // GIVEN
          writeFileSync(join(root, "store"), Buffer.alloc(size, "b"));
          const run = await start("over ssh", root, "replace", size);
          await sleep(500 + Math.random() * 2_000);
          // WHEN
          await kill(run);
          // THEN
          const found = readFileSync(join(root, "store"));
          expect(found.length).toBe(size);
          expect(found.every((byte) => byte === found[0])).toBe(true);
          await open(round % 2 === 0 ? "here" : "over ssh").exclusively(
            join(root, "store"),
            async () => undefined,
          );
          expect(readdirSync(root)).toEqual(["store"]);
        }
      });
    },
    kills * 15_000,
  );

  it("a run whose connection is cut within a lock writes nothing more under it", async () => {
    await inMirror(async (root) => {
      const host = open("over ssh");
      const file = join(root, "store");
      writeFileSync(file, "old");
      const codes: string[] = [];
      const losing = host.exclusively(file, async () => {
        const [token = ""] = readdirSync(join(root, lockName));
        const { processId } = JSON.parse(readFileSync(join(root, lockName, token), "utf8"));
        // Its end by a signal that it sees gives the lock back.
        process.kill(Number(processId), "SIGTERM");
        await sleep(300);
        codes.push((await hostFailure(() => host.replaceFile(file, Buffer.from("late")))).code);
        codes.push((await hostFailure(() => host.replaceFile(file, Buffer.from("late")))).code);
      });
      await expect(losing).rejects.toThrow("taken over the lock");
      expect(codes.at(-1)).toBe("lock-lost");
      expect(readFileSync(file, "utf8")).toBe("old");
      expect(readdirSync(root)).toEqual(["store"]);
    });
  }, 30_000);
});
