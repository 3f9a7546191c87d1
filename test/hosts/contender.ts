/**
 * One of several processes that compete for stale locks, with a clock that is wrong:
 * `node --import tsx test/hosts/contender.ts <folder> <clock error in ms>`.
 * For each line `<first> <last>` on standard input it goes once through all files of those numbers at the same time,
 * each under its lock, and answers with the number of those where it was not alone.
 */
import { open, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { createLocalExclusions } from "../../lib/hosts/localExclusions";
import { setClockWrong } from "./clock";

const [folder = "", errorMs = ""] = process.argv.slice(2);
setClockWrong(Number(errorMs));

const exclusions = createLocalExclusions({ staleMs: 60, signOfLifeMs: 10 });

/** Whether it was alone with the file. */
async function visit(file: string): Promise<boolean> {
  return exclusions.within(
    file,
    file,
    async () => {
      const alone = await open(`${file}.busy`, "wx").catch(() => undefined);
      const visits = Number(await readFile(file, "utf8"));
      await sleep(1);
      await writeFile(file, String(visits + 1));
      await alone?.close();
      if (alone !== undefined) await unlink(`${file}.busy`);
      return alone !== undefined;
    },
    { timeoutMs: 120_000 },
  );
}

async function main(): Promise<void> {
  process.stdout.write("ready\n");
  for await (const line of createInterface({ input: process.stdin })) {
    const [first = 0, last = 0] = line.split(" ").map(Number);
    const files = Array.from({ length: last - first + 1 }, (_, index) => join(folder, String(first + index)));
    const clashes = await Promise.all(files.map(visit));
    process.stdout.write(`${clashes.filter((alone) => !alone).length}\n`);
  }
}

void main();
