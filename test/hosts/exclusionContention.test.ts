import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

import { type ExclusionHolder, thisHolder } from "../../lib/hosts/exclusionHolder";
import { inMirror } from "./support";

const isSlow = process.env["SLOW"] === "1";
const rounds = isSlow ? 10_000 : 100;
const roundsAtOnce = 20;
const clockErrorsMs = [-90_000, 0, 90_000, 3_600_000];

interface Contender {
  readonly process: ChildProcess;
  readonly answers: AsyncIterator<string>;
  readonly lines: Interface;
}

async function startContender(folder: string, clockErrorMs: number): Promise<Contender> {
  const script = join(__dirname, "contender.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, String(clockErrorMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const answers = lines[Symbol.asyncIterator]();
  expect((await answers.next()).value).toBe("ready");
  return { process: child, answers, lines };
}

/** The lock that a dead run left at a file, each third one of an earlier version, or of another machine. */
function leaveLock(file: string, number: number, dead: ExclusionHolder): void {
  const lock = join(file, `../.${number}.cdktf-trust.lock`);
  const token = number.toString(16).padStart(24, "0");
  const entry = number % 3 === 1 ? lock : join(lock, token);
  if (entry !== lock) mkdirSync(lock);
  const { processSpace, started, ...elsewhere } = dead;
  const holder = number % 3 === 2 ? elsewhere : { ...elsewhere, processSpace, started };
  writeFileSync(entry, JSON.stringify(holder));
  const then = new Date(Date.now() - 61_000);
  utimesSync(lock, then, then);
}

it(
  `processes with wrong clocks that compete for the locks of dead runs hold each one alone (${rounds} rounds)`,
  async () => {
    await inMirror(async (folder) => {
      // GIVEN
      const dead: ExclusionHolder = { ...thisHolder(new Date()), processId: spawnSync("true").pid };
      const contenders = await Promise.all(clockErrorsMs.map((error) => startContender(folder, error)));
      let clashes = 0;
      // WHEN
      for (let first = 0; first < rounds; first += roundsAtOnce) {
        const last = first + roundsAtOnce - 1;
        for (let number = first; number <= last; number++) {
          writeFileSync(join(folder, String(number)), "0");
          leaveLock(join(folder, String(number)), number, dead);
        }
        for (const { process } of contenders) process.stdin?.write(`${first} ${last}\n`);
        for (const { answers } of contenders) clashes += Number((await answers.next()).value);
      }
      for (const { process, lines } of contenders) {
        const gone = once(process, "exit");
        process.stdin?.end();
        await gone;
        lines.close();
      }
      // THEN
      expect(clashes).toBe(0);
      const files = Array.from({ length: rounds }, (_, number) => String(number));
      expect(files.filter((name) => readFileSync(join(folder, name), "utf8") !== "4")).toEqual([]);
      expect(readdirSync(folder).length).toBe(rounds);
    });
  },
  isSlow ? 1_200_000 : 60_000,
);
