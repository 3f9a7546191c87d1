import { type ChildProcess, spawn } from "node:child_process";
import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";

import { systemCode } from "../model/systemCode";
import { fileFailed } from "./errors";
import {
  type CommandOutcome,
  connectFailed,
  formatTarget,
  GRACE_SECONDS,
  type HostCommand,
  type HostProcesses,
  OutputTail,
  requireArgv,
} from "./processes";

/** So that what is in the pipes is read, and a daemon that holds them keeps nobody. */
const DRAIN_MS = 200;

/** Statuses of POSIX for a program that could not be started. */
const NOT_STARTED: Readonly<Record<string, readonly [number, string]>> = {
  ENOENT: [127, "not found"],
  ENOTDIR: [127, "not found"],
  EACCES: [126, "permission denied"],
};

/** What this process has started; it ends with it, as over SSH with the connection. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));

/** Processes of the machine that this run is on. */
export class LocalProcesses implements HostProcesses {
  /** @param directory that commands are run in */
  constructor(private readonly directory: string) {}

  async run(command: HostCommand): Promise<CommandOutcome> {
    const [program, ...words] = requireArgv(command.argv);
    const startedMs = performance.now();
    const child = spawn(program, words, {
      cwd: this.directory,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    const output = collect(child, command.onOutput);
    running.add(child);
    try {
      const ended = await waitForEnd(child, command.timeoutMs);
      await drained(child);
      return { ...ended, output: output.text(), milliseconds: Math.round(performance.now() - startedMs) };
    } catch (cause) {
      const [status, reason] = NOT_STARTED[systemCode(cause) ?? ""] ?? [];
      if (status === undefined) throw fileFailed("run", program, cause);
      const said = `${program}: ${reason}\n`;
      command.onOutput?.(said);
      return {
        status,
        timedOut: false,
        output: said,
        milliseconds: Math.round(performance.now() - startedMs),
      };
    } finally {
      running.delete(child);
    }
  }

  async connect(host: string, port: number, timeoutMs: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port });
      const fail = (reason: string): void => {
        socket.destroy();
        reject(connectFailed("this machine", formatTarget(host, port), reason));
      };
      const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
      socket.once("error", (cause) => {
        clearTimeout(timer);
        fail(systemCode(cause) ?? cause.message);
      });
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.removeAllListeners("error");
        resolve(socket);
      });
    });
  }
}

/** Processes of the machine that this run is on, whose commands find their relative paths in a directory. */
export function runnerProcesses(directory: string): HostProcesses {
  return new LocalProcesses(directory);
}

function collect(child: ChildProcess, onOutput: HostCommand["onOutput"]): OutputTail {
  const tail = new OutputTail();
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder("utf8");
    stream?.on("data", (piece: Buffer) => {
      tail.push(piece);
      onOutput?.(decoder.write(piece));
    });
  }
  return tail;
}

type Ending = Pick<CommandOutcome, "status" | "timedOut" | "signal">;

async function waitForEnd(child: ChildProcess, timeoutMs: number): Promise<Ending> {
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status, signal) =>
      resolve({ status: status ?? undefined, timedOut: false, ...(signal === null ? {} : { signal }) }),
    );
  });
  const inTime = await orAfter(ended, timeoutMs);
  if (inTime !== undefined) return inTime;
  signalGroup(child, "SIGTERM");
  const graceEndsMs = performance.now() + GRACE_SECONDS * 1_000;
  while (signalGroup(child, 0) && performance.now() < graceEndsMs) await sleep(50);
  signalGroup(child, "SIGKILL");
  // A process that waits for a device does not end even then.
  await orAfter(ended, GRACE_SECONDS * 1_000);
  return { status: undefined, timedOut: true };
}

/** What a promise gives; undefined where it takes longer. */
async function orAfter<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
  } finally {
    patience.abort();
  }
}

/** Reaches all of a command's process group; false where nobody is left in it. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
    return pid !== undefined;
  } catch {
    return false;
  }
}

async function drained(child: ChildProcess): Promise<void> {
  const closed = new Promise<true>((resolve) => child.once("close", () => resolve(true)));
  await orAfter(closed, DRAIN_MS);
  child.stdout?.destroy();
  child.stderr?.destroy();
}
