import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { closeConnections, openHost } from "../../../lib/hosts";
import { childrenOf, descendantsOf, killAll } from "../../support/processes";
import type { SshServer } from "../../support/sshServer";
import { childProgram } from "../childProgram";
import { describeSsh } from "../kinds";
import { inMirror } from "../support";

const program = childProgram();
const size = 1_000_000;
const isSlow = process.env["SLOW"] === "1";
const kills = isSlow ? 50 : 1;

/** What is killed of a run that works on a machine. */
const victims: Readonly<Record<string, (runner: number, server: SshServer) => number[]>> = {
  runner: (runner) => [runner],
  "ssh of a run": (runner) => childrenOf([runner]),
  "remote shell": (_, { processId }) => descendantsOf([processId], 2),
  "session of sshd": (_, { processId }) => childrenOf([processId]),
};

async function startRun(file: string, { address, connection }: SshServer): Promise<ChildProcess> {
  const words = [program, address, file, "replace", String(size)];
  const run = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, CONNECTION: JSON.stringify(connection) },
  });
  await once(run.stdout ?? run, "data");
  return run;
}

describeSsh("a run over SSH", {}, (server) => {
  it.each(Object.entries(victims))(
    `leaves the old file or the new one when the %s is killed, and the next run goes on at once (${kills} kills)`,
    async (_, find) => {
      await inMirror(async (root) => {
        const file = join(root, "store");
        for (let round = 0; round < kills; round++) {
          // GIVEN a run that has begun to write
          writeFileSync(file, Buffer.alloc(size, "b"));
          const run = await startRun(file, server());
          const gone = once(run, "exit");
          while (readdirSync(root).length === 1 && run.exitCode === null) await sleep(5);
          await sleep(Math.random() * 200);
          // WHEN
          const killed = find(run.pid ?? 0, server());
          expect(killed.length).toBeGreaterThan(0);
          killAll(killed);
          // One that lost its way while it only asked goes on over another.
          await Promise.race([gone, sleep(2_000)]);
          killAll([run.pid ?? 0]);
          await gone;
          // THEN
          const found = readFileSync(file);
          expect(found.length).toBe(size);
          expect(found.every((byte) => byte === found[0])).toBe(true);
          // AND
          const host = openHost(server().address, { connection: server().connection });
          await host.exclusively(file, async () => undefined, { timeoutMs: 30_000 });
          expect(readdirSync(root)).toEqual(["store"]);
          await closeConnections();
        }
      });
    },
    30_000 + kills * 15_000,
  );
});
