/**
 * A process to be killed or to compete with: `node --import tsx test/hosts/child.ts <mirror> <path> <what> <number>`;
 * with `CONNECTION` in its environment the first is the address of a machine.
 * It says "ready" and then, each time under the file's lock,
 * `replace`s the file for ever with one of two contents of <number> bytes, or `count`s up in it <number> times,
 * or says "ready" when it `hold`s the lock, with a clock that is wrong by <number> ms, or `read`s it once without.
 */
import { openHost } from "../../lib/hosts";
import type { HostConnection } from "../../lib/model";
import { setClockWrong } from "./clock";

const [root = "", path = "", what = "", number = ""] = process.argv.slice(2);
const connection = process.env["CONNECTION"];
const host =
  connection === undefined
    ? openHost(`local:${root}`)
    : openHost(root, { connection: JSON.parse(connection) as HostConnection });

async function replaceForEver(): Promise<void> {
  const contents = ["a", "b"].map((letter) => Buffer.alloc(Number(number), letter));
  for (;;) {
    for (const content of contents) await host.exclusively(path, () => host.replaceFile(path, content));
  }
}

async function count(): Promise<void> {
  for (let time = 0; time < Number(number); time++) {
    await host.exclusively(path, async () => {
      const before = await host.readFile(path);
      await host.replaceFile(path, Buffer.from(String(Number(before?.bytes.toString() ?? "0") + 1)));
    });
  }
}

async function hold(): Promise<void> {
  setClockWrong(Number(number));
  await host.exclusively(path, () => {
    process.stdout.write("ready\n");
    return new Promise((done) => setTimeout(done, 60_000));
  });
}

const actions: Readonly<Record<string, () => Promise<unknown>>> = {
  replace: replaceForEver,
  count,
  hold,
  read: () => host.readFile(path),
};

if (what !== "hold") process.stdout.write("ready\n");
void actions[what]?.();
