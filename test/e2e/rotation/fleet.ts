import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SHORT_LIVED, javaProgram } from "../../support/javaProgram";
import { LocalProject, type ProgramResult } from "../../support/localProject";
import { tool } from "../../support/tools";
import { type FleetMembers, type FleetPorts, fleetStack } from "./fleetStack";
import type { SupervisedNode, SupervisorSettings } from "./supervisor";

const PASSWORD = "stores-of-the-fleet-p7Gx2";
const TSX = resolve(__dirname, "../../../node_modules/tsx/dist/loader.mjs");

/** Asks the supervisor for a restart, and waits until it is done. */
const RESTART = `
const [, , port, name] = process.argv;
fetch("http://127.0.0.1:" + port + "/restart/" + name).then(async (answer) => {
  process.stdout.write(await answer.text());
  process.exit(answer.ok ? 0 : 1);
}, (error) => {
  console.error(error);
  process.exit(1);
});
`;

/** One call that a process has made. */
export interface FleetCall {
  readonly caller: string;
  readonly at: number;
  readonly target: string;
  readonly ok: boolean;
  /** What was served, or why it failed. */
  readonly detail: string;
}

/** Java processes that call each other all the time, over stores that a project deploys. */
export class Fleet {
  readonly project: LocalProject;
  private supervisor: ChildProcess | undefined;

  private constructor(
    private readonly members: FleetMembers,
    private readonly ports: FleetPorts,
    private readonly pauseMs: number,
  ) {
    this.project = new LocalProject();
    this.project.write("restart.cjs", RESTART);
    this.project.writeMain(fleetStack(members, ports, this.project.path("restart.cjs")));
    this.project.write("password", `${PASSWORD}\n`);
    chmodSync(this.project.path("password"), 0o600);
    for (const { name } of [...members.servers, ...members.clients])
      this.project.write(`.local/hosts/${name}/opt/.keep`, "");
  }

  /** A fleet that is deployed and has begun to call; each process waits so long after each call. */
  static async begin(members: FleetMembers, pauseMs: number): Promise<Fleet> {
    const control = await freePort();
    const servers: Record<string, number> = {};
    for (const { name } of members.servers) servers[name] = await freePort();
    const fleet = new Fleet(members, { control, servers }, pauseMs);
    try {
      await fleet.supervise();
      fleet.succeeds("deploy", "--auto-approve");
      for (const { name, byPeople = false } of members.clients) if (byPeople) await fleet.restart(name);
      await fleet.settle();
      return fleet;
    } catch (error) {
      await fleet.end();
      throw error;
    }
  }

  /** As people do with what no deploy restarts. */
  async restart(name: string): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.control}/restart/${name}`);
    if (!answer.ok) throw new Error(await answer.text());
  }

  get size(): number {
    return this.members.servers.length + this.members.clients.length;
  }

  succeeds(...words: readonly string[]): ProgramResult {
    const result = this.project.cli(...words);
    if (result.status !== 0)
      throw new Error(
        `${words.join(" ")}: ${result.status}\n${result.stdout}\n${result.stderr}\n${this.output()}`,
      );
    return result;
  }

  /** The same, killed with all that it has started after a while, whatever it is at. */
  killed(seconds: number, ...words: readonly string[]): void {
    const command = [process.execPath, LocalProject.program, ...words];
    this.project.run("timeout", ["-s", "KILL", String(seconds), ...command]);
  }

  /** Ids of what the lock holds. */
  identities(): string[] {
    const lock = JSON.parse(this.project.read(".local/trust.lock.local.json").toString()) as {
      readonly identities: object;
    };
    return Object.keys(lock.identities);
  }

  /** Every call since a time. */
  calls(since: number): FleetCall[] {
    return readdirSync(this.project.path("logs")).flatMap((file) =>
      readFileSync(this.project.path("logs", file), "utf8")
        .split("\n")
        .flatMap((line): FleetCall[] => {
          const [at, target = "", verdict, ...detail] = line.split(" ");
          if (verdict === undefined || Number(at) < since) return [];
          const caller = file.replace(/\.log$/, "");
          return [{ caller, at: Number(at), target, ok: verdict === "ok", detail: detail.join(" ") }];
        }),
    );
  }

  failures(since: number): FleetCall[] {
    return this.calls(since).filter(({ ok }) => !ok);
  }

  /** Waits until every process has reached everything that it calls, from now on. */
  async settle(): Promise<void> {
    const since = Date.now();
    const all = [...this.members.servers, ...this.members.clients];
    const wanted = new Set(
      all.flatMap(({ name, calls }) =>
        calls.map((target) => `${name} localhost:${this.ports.servers[target]}`),
      ),
    );
    for (const end = since + 120_000; Date.now() < end; await sleep(500)) {
      const reached = new Set(
        this.calls(since).flatMap(({ ok, caller, target }) => (ok ? [`${caller} ${target}`] : [])),
      );
      if ([...wanted].every((pair) => reached.has(pair))) return;
    }
    throw new Error(
      `not every call came through\n${JSON.stringify(this.failures(since).slice(0, 5))}\n${this.output()}`,
    );
  }

  /** First digits of the fingerprints of what a server has shown since a time. */
  servedBy(name: string, since: number): string[] {
    const target = `localhost:${this.ports.servers[name]}`;
    return [
      ...new Set(
        this.calls(since).flatMap((call) => (call.target === target && call.ok ? [call.detail] : [])),
      ),
    ];
  }

  async end(): Promise<void> {
    const { supervisor } = this;
    if (supervisor !== undefined && supervisor.exitCode === null) {
      const ended = new Promise((done) => supervisor.once("exit", done));
      supervisor.kill("SIGTERM");
      await ended;
    }
    this.project.remove();
  }

  private output(): string {
    const file = this.project.path("output");
    return existsSync(file) ? readFileSync(file, "utf8").slice(-2_000) : "";
  }

  private async supervise(): Promise<void> {
    const { project, members, ports } = this;
    project.write("logs/.keep.log", "");
    const nodes = [...members.servers, ...members.clients].map((member) => this.node(member.name));
    const settings: SupervisorSettings = { control: ports.control, output: project.path("output"), nodes };
    project.write("supervisor.json", JSON.stringify(settings));
    const supervisor = spawn(
      process.execPath,
      ["--import", TSX, join(__dirname, "supervisor.ts"), project.path("supervisor.json")],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    this.supervisor = supervisor;
    await new Promise((ready, fail) => {
      supervisor.stdout.once("data", ready);
      supervisor.once("exit", () => fail(new Error("the supervisor ended")));
    });
  }

  private node(name: string): SupervisedNode {
    const server = this.members.servers.find((one) => one.name === name);
    const client = this.members.clients.find((one) => one.name === name);
    const calls = (server ?? client)?.calls ?? [];
    const host = this.project.path(".local/hosts", name, "opt");
    const needsTrust = calls.length > 0 || server?.asks === true;
    const settings = [
      `password=${PASSWORD}`,
      `log=${this.project.path("logs", `${name}.log`)}`,
      `pauseMs=${this.pauseMs}`,
      `serves=${server !== undefined}`,
      `asks=${server?.asks === true}`,
      `calls=${calls.map((target) => `localhost:${this.ports.servers[target]}`).join(",")}`,
      ...(server !== undefined || client?.presentsTo !== undefined ? [`keystore=${host}/keys.p12`] : []),
      ...(needsTrust ? [`truststore=${host}/trust.p12`] : []),
    ];
    this.project.write(`nodes/${name}.properties`, `${settings.join("\n")}\n`);
    const port = this.ports.servers[name];
    return {
      name,
      ...(port === undefined ? {} : { port }),
      command: [
        tool("java"),
        ...SHORT_LIVED,
        "-Xmx48m",
        ...javaProgram(join(__dirname, "FleetNode.java")),
        this.project.path("nodes", `${name}.properties`),
      ],
    };
  }
}

async function freePort(): Promise<number> {
  return await new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
