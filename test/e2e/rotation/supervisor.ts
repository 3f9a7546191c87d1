import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Socket } from "node:net";

/** A process of the fleet. */
export interface SupervisedNode {
  readonly name: string;
  /** Port on which it is called. @default - nobody calls it */
  readonly port?: number;
  /** Program and words that start it. */
  readonly command: readonly [string, ...string[]];
}

export interface SupervisorSettings {
  /** Port that restarts are asked for at. */
  readonly control: number;
  /** File for what the processes print. */
  readonly output: string;
  readonly nodes: readonly SupervisedNode[];
}

/** One run of a node. */
interface Run {
  readonly process: ChildProcess;
  readonly port: number;
  readonly connections: Set<Socket>;
}

const PATIENCE_MS = 90_000;

/**
 * Starts processes and restarts them as a load balancer does: the new one first, then the calls go there, and the old one
 * ends once its last call has. A node that does not start leaves the old one running.
 */
class Supervisor {
  private readonly runs = new Map<string, Run>();
  private readonly turns = new Map<string, Promise<void>>();

  constructor(private readonly settings: SupervisorSettings) {
    for (const node of settings.nodes) if (node.port !== undefined) this.forward(node.name, node.port);
    createHttpServer((request, response) => {
      const name = decodeURIComponent((request.url ?? "").replace("/restart/", ""));
      const turn = (this.turns.get(name) ?? Promise.resolve()).then(() => this.restart(name));
      this.turns.set(
        name,
        turn.catch(() => undefined),
      );
      turn.then(
        () => response.end(`${name} restarted\n`),
        (error: unknown) => {
          response.statusCode = 500;
          response.end(`${String(error)}\n`);
        },
      );
    }).listen(settings.control, "127.0.0.1");
  }

  private forward(name: string, port: number): void {
    createServer({ allowHalfOpen: true }, (caller) => {
      const run = this.runs.get(name);
      if (run === undefined) {
        caller.destroy();
        return;
      }
      run.connections.add(caller);
      const called = connect({ port: run.port, host: "127.0.0.1", allowHalfOpen: true });
      caller.pipe(called).pipe(caller);
      for (const [one, other] of [
        [caller, called],
        [called, caller],
      ] as const) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
      caller.on("close", () => run.connections.delete(caller));
    }).listen({ port, host: "127.0.0.1", backlog: 1_000 });
  }

  private async restart(name: string): Promise<void> {
    const node = this.settings.nodes.find((one) => one.name === name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    const former = this.runs.get(name);
    this.runs.set(name, await this.start(node));
    if (former !== undefined) await this.end(former);
  }

  private async start({ name, command: [program, ...words] }: SupervisedNode): Promise<Run> {
    const process = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    const port = await new Promise<number>((resolve, reject) => {
      let said = "";
      const hear = (text: string): void => {
        appendFileSync(this.settings.output, `${name}: ${text}`);
        said += text;
        const ready = /ready (\d+)\n/.exec(said)?.[1];
        if (ready !== undefined) resolve(Number(ready));
      };
      process.stdout.setEncoding("utf8").on("data", hear);
      process.stderr.setEncoding("utf8").on("data", hear);
      process.on("exit", () => reject(new Error(`${name} ended: ${said.slice(0, 2_000)}`)));
      setTimeout(() => reject(new Error(`${name} did not start in time`)), PATIENCE_MS).unref();
    });
    return { process, port, connections: new Set() };
  }

  private async end({ process, connections }: Run): Promise<void> {
    while (connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGTERM");
    await ended;
  }

  endAll(): void {
    for (const { process } of this.runs.values()) process.kill("SIGKILL");
  }
}

const [, , settingsFile = ""] = process.argv;
const supervisor = new Supervisor(JSON.parse(readFileSync(settingsFile, "utf8")) as SupervisorSettings);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
  process.once(signal, () => {
    supervisor.endAll();
    process.exit(0);
  });
console.log("supervising");
