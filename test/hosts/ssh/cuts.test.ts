import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { HostError, openHost } from "../../../lib/hosts";
import { describeSsh } from "../kinds";
import { inMirror } from "../support";

const cuts = process.env["SLOW"] === "1" ? 300 : 6;
const size = 300_000;

/** Ends the connections of this process as a cable does that is pulled. */
function cut(): void {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "-x", "ssh"], { encoding: "utf8" });
  for (const id of stdout.split("\n").filter(Boolean)) process.kill(Number(id), "SIGKILL");
}

describeSsh("a connection that is cut while a file is replaced", {}, (server) => {
  it(
    `leaves the old file or the new one, and says which (${cuts} cuts)`,
    async () => {
      await inMirror(async (root) => {
        const file = join(root, "store");
        const told = { done: 0, lost: 0 };
        for (let round = 0; round < cuts; round++) {
          // GIVEN
          const host = openHost(server().address, { connection: server().connection });
          const [before, after] = [Buffer.alloc(size, "b"), Buffer.alloc(size, "a")];
          writeFileSync(file, before);
          await host.realPath(file);
          // WHEN
          const replacing = host.replaceFile(file, after).then(
            () => undefined,
            (error: unknown) => error,
          );
          await sleep((250 * round) / cuts);
          cut();
          const error = await replacing;
          // THEN what was said is what is there
          if (error !== undefined && !(error instanceof HostError)) throw error;
          expect(["connection-lost", undefined]).toContain(error?.code);
          expect(readFileSync(file).equals(error === undefined ? after : before)).toBe(true);
          told[error === undefined ? "done" : "lost"]++;
          // AND the next run leaves nothing of it
          await host.exclusively(file, async () => undefined);
          expect(readdirSync(root)).toEqual(["store"]);
        }
        expect(told.lost).toBeGreaterThan(0);
      });
    },
    cuts * 8_000,
  );
});
