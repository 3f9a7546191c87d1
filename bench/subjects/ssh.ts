import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { generateKey, toPem } from "../../lib/pki";
import { startSshServer, type SshServer } from "../../test/support/sshServer";
import { findTool } from "../../test/support/tools";
import { withFolder } from "../folder";
import { execute, measure } from "../measure";
import { executeWatched, type PeakMib } from "../memory";
import { line } from "../report";
import { selfSigned } from "../sampleStores";
import type { BenchMachine } from "../sshFleet";

const SERVERS = 10;
/** Addresses of loopback that each sshd listens on; it takes sixteen at most. */
const ADDRESSES = 10;
const ENDPOINTS = 100;
/** Runs of keytool over ssh that are timed; the rest is reckoned. */
const KEYTOOL_RUNS = 10;
const TSX = resolve("node_modules/tsx/dist/cli.mjs");
const PASSWORD = "fleet-bench-password";
const TERRAFORM = { plan: ["plan", "-input=false"], apply: ["apply", "-input=false", "-auto-approve"] };

/** A hundred machines over SSH: a plan without changes, an apply of anchors on all of them, and a plain loop. */
export async function benchSsh(): Promise<void> {
  Object.assign(process.env, { FLEET_PASSWORD: PASSWORD, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" });
  const more = Array.from({ length: ADDRESSES - 1 }, (_, index) => `ListenAddress 127.0.0.${index + 2}`);
  const servers = await Promise.all(
    Array.from({ length: SERVERS }, () => startSshServer({ lines: [...more, "LogLevel VERBOSE"] })),
  );
  try {
    await withFolder(async (path) => {
      const machines = layMachines(servers, path("machines"));
      const project = path("project");
      mkdirSync(project);
      // Made here, where it is quicker, and then met over SSH.
      const stack = synthFleet(project, machines, "local");
      execute("terraform", ["init", "-input=false"], {}, stack);
      execute("terraform", TERRAFORM.apply, {}, stack);
      synthFleet(project, machines, "ssh");
      execute("terraform", ["init", "-input=false"], {}, stack);
      moveState(project, stack);
      line(
        `${machines.length} machines, ${ENDPOINTS} endpoints, each trusted in the truststore of another machine`,
      );
      await timed("plan, nothing to change", servers, () =>
        watched([...TERRAFORM.plan, "-detailed-exitcode"], stack),
      );
      for (const { folder } of machines) rmSync(join(folder, "trust.jks"));
      await timed(`apply of ${ENDPOINTS} anchors`, servers, () => watched(TERRAFORM.apply, stack));
      await benchLoop(machines, path("loop"));
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function watched(words: readonly string[], directory: string): Promise<PeakMib> {
  return executeWatched("terraform", words, directory, ["terraform", "node", "ssh"]);
}

async function timed(
  name: string,
  servers: readonly SshServer[],
  run: () => Promise<PeakMib>,
): Promise<void> {
  const logins = (): number => servers.reduce((sum, server) => sum + server.logins(), 0);
  const before = logins();
  let peak: PeakMib = {};
  const costs = await measure([{ name, run: async () => void (peak = await run()) }], 1);
  const { wallMs = NaN, cpuMs = NaN } = costs.get(name) ?? {};
  const memory = Object.entries(peak).map(([program, mib]) => `${program} ${mib.toFixed(0)} MiB`);
  line(
    `  ${name.padEnd(34)}${wallMs.toFixed(0).padStart(8)} ms${cpuMs.toFixed(0).padStart(8)} ms cpu` +
      `${String(logins() - before).padStart(6)} connections   ${memory.join(", ")}`,
  );
}

/** What people do without us: one ssh and one keytool an anchor. */
async function benchLoop(machines: readonly BenchMachine[], folder: string): Promise<void> {
  const keytool = findTool("keytool");
  if (keytool === undefined) return;
  mkdirSync(folder);
  const certificate = join(folder, "anchor.pem");
  writeFileSync(certificate, toPem(selfSigned("anchor", generateKey("ec-p256")), "CERTIFICATE"));
  const run = (): void => {
    for (const [index, { address, port, user, identity }] of machines.slice(0, KEYTOOL_RUNS).entries()) {
      const command = `${keytool} -importcert -noprompt -alias one -file ${certificate} -storepass ${PASSWORD} -keystore ${folder}/${index}.jks`;
      const trusting = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
      const way = ["-T", "-i", identity, "-p", String(port), "-l", user, address];
      execute("ssh", [...trusting, "-o", "LogLevel=ERROR", ...way, command]);
    }
  };
  const costs = await measure([{ name: "loop", run }], 1);
  const perRun = (costs.get("loop")?.wallMs ?? NaN) / KEYTOOL_RUNS;
  line(
    `  ${`ssh and keytool, ${ENDPOINTS} anchors`.padEnd(34)}${(perRun * ENDPOINTS).toFixed(0).padStart(8)} ms, reckoned from ${KEYTOOL_RUNS}   ${ENDPOINTS} connections`,
  );
}

function layMachines(servers: readonly SshServer[], folder: string): BenchMachine[] {
  return servers.flatMap(({ port, connection }, server) =>
    Array.from({ length: ADDRESSES }, (_, index): BenchMachine => {
      const own = join(folder, `${server}-${index}`);
      mkdirSync(own, { recursive: true });
      const { user = "", identity = "", hostKey = "" } = connection;
      return { address: `127.0.0.${index + 1}`, port, user, identity, hostKey, folder: own };
    }),
  );
}

/** Synthesises the fleet; gives the folder of its stack. */
function synthFleet(directory: string, machines: readonly BenchMachine[], way: "local" | "ssh"): string {
  writeFileSync(join(directory, "cdktf.json"), "{}");
  const file = join(directory, "machines.json");
  writeFileSync(file, JSON.stringify(machines));
  execute(process.execPath, [TSX, resolve("bench/sshFleet.ts"), file, String(ENDPOINTS), way], {}, directory);
  mkdirSync(join(directory, ".local/state"), { recursive: true });
  return join(directory, "cdktf.out/stacks/fleet");
}

/** What says where a row is. */
interface Place {
  readonly host?: string;
  readonly ssh?: unknown;
  readonly relying?: readonly object[];
}

/** Lets a state say that all is at the machines of the stack instead of here. */
function moveState(project: string, stack: string): void {
  const folder = join(project, ".local/state");
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".tfstate")) ?? "");
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    serial: number;
    resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
  };
  const { resource } = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Place>>>>;
  };
  for (const { type, name, instances } of state.resources) {
    const { host, ssh, relying } = resource[type]?.[name] ?? {};
    if (host === undefined) continue;
    for (const { attributes } of instances) {
      const before = String(attributes["host"]);
      Object.assign(attributes, { host, ssh, id: String(attributes["id"]).replace(before, host) });
      const places = (attributes["relying"] ?? []) as object[];
      places.forEach((place, index) => Object.assign(place, relying?.[index]));
    }
  }
  state.serial += 1;
  writeFileSync(file, JSON.stringify(state));
}
