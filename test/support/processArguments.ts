import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Reads the arguments of every process of this machine, over and over, until it is ended. */
const WATCHER = `
const { appendFileSync, readdirSync, readFileSync } = require("node:fs");
const seen = new Set();
for (;;) {
  for (const id of readdirSync("/proc")) {
    if (!/^\\d+$/.test(id)) continue;
    let line = "";
    try { line = readFileSync("/proc/" + id + "/cmdline", "latin1"); } catch {}
    if (line === "" || seen.has(line)) continue;
    seen.add(line);
    appendFileSync(process.argv[1], line + "\\n", "latin1");
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
}`;

/** Whether this system lets one look at the arguments of processes. */
export const canWatchArguments = existsSync("/proc/self/cmdline");

/** What every process that ran meanwhile was given as arguments, which everybody on a machine can read. */
export class ProcessArguments {
  private readonly watcher: ChildProcess;

  /** @param file where they are noted */
  constructor(private readonly file: string) {
    this.watcher = spawn(process.execPath, ["-e", WATCHER, file], { stdio: "ignore" });
  }

  read(): Buffer {
    return existsSync(this.file) ? readFileSync(this.file) : Buffer.alloc(0);
  }

  stop(): void {
    this.watcher.kill("SIGKILL");
  }
}
