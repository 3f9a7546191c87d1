/**
 * A process to be killed. It says "ready", then replaces one file for ever with one of two contents, each
 * time under the lock: `node --import tsx test/hosts/child.ts <mirror> <path> <size>`.
 */
import { openHost } from "../../lib/hosts";

const [root = "", path = "", size = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const host = openHost(`local:${root}`);
  const contents = ["a", "b"].map((letter) => Buffer.alloc(Number(size), letter));
  process.stdout.write("ready\n");
  for (;;) {
    for (const content of contents) await host.withLock(path, () => host.replaceFile(path, content));
  }
}

void main();
