import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { HostConnection } from "../../lib/model";

const SSHD = "/usr/sbin/sshd";

/** Whether an sshd can be started here; says so where not. */
export const hasSshServer = existsSync(SSHD) && spawnSync("ssh", ["-V"]).status === 0;
if (!hasSshServer)
  process.stderr.write(
    "SKIPPED machines over SSH: no sshd; apt-get install -y openssh-server openssh-client\n",
  );

/** An OpenSSH server on loopback that lets this user in with a key of its own. */
export interface SshServer {
  /** `ssh://127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  readonly folder: string;
  /** Of the listener; each login has a child of its own. */
  readonly processId: number;
  /** How to get in: identity and pinned key. */
  readonly connection: HostConnection;
  /** All that the server has said. */
  readonly log: () => string;
  /** Logins that it has accepted so far. */
  readonly logins: () => number;
  /** Lets it answer nobody who comes now, as a machine that hangs. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => Promise<void>;
}

export interface SshServerOptions {
  /** Program that `sh` means there. @default - the system's */
  readonly shell?: readonly string[];
  /** Directories where programs are looked for there. @default "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" */
  readonly path?: string;
  /** Whether PAM asks who it is; as root only. @default false */
  readonly usesPam?: boolean;
  /** More lines of its configuration. */
  readonly lines?: readonly string[];
}

/** Starts a server; stop it when done. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  chmodSync(folder, 0o755);
  // Root's sshd wants it; packages make it when the service starts.
  if (process.geteuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  for (const name of ["host", "user"]) makeKey(join(folder, name));
  writeFileSync(join(folder, "authorized"), readFileSync(join(folder, "user.pub")), { mode: 0o644 });
  const path = options.path ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  for (let attempt = 0; ; attempt++) {
    const port = await freePort();
    const lines = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(folder, "host")}`,
      "PidFile none",
      `UsePAM ${options.usesPam === true ? "yes" : "no"}`,
      "StrictModes no",
      `AuthorizedKeysFile ${join(folder, "authorized")}`,
      "MaxStartups 100",
      "PermitRootLogin yes",
      `SetEnv PATH=${options.shell === undefined ? path : `${shellFolder(folder, options.shell)}:${path}`}`,
      ...(options.lines ?? []),
    ];
    writeFileSync(join(folder, "config"), `${lines.join("\n")}\n`);
    const server = spawn(SSHD, ["-D", "-e", "-f", join(folder, "config")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const log = collect(server);
    if (await isListening(server, log)) return describeServer({ folder, port, server, log });
    if (attempt === 5) throw new Error(`sshd does not start: ${log()}`);
  }
}

function describeServer(running: {
  readonly folder: string;
  readonly port: number;
  readonly server: ChildProcess;
  readonly log: () => string;
}): SshServer {
  const { folder, port, server, log } = running;
  return {
    address: `ssh://127.0.0.1:${port}`,
    port,
    folder,
    processId: server.pid ?? 0,
    connection: {
      user: userInfo().username,
      identity: join(folder, "user"),
      hostKey: readFileSync(join(folder, "host.pub"), "utf8").trim(),
    },
    log,
    logins: () => log().split("Accepted publickey").length - 1,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    stop: async () => {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null)
        await new Promise((done) => server.once("exit", done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeKey(file: string): void {
  const { status, stderr } = spawnSync("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-C",
    "test",
    "-f",
    file,
  ]);
  if (status !== 0) throw new Error(String(stderr));
}

/** A folder in which `sh` is another shell. */
function shellFolder(folder: string, [program = "", ...words]: readonly string[]): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const sh = join(bin, "sh");
  rmSync(sh, { force: true });
  if (words.length === 0) symlinkSync(program, sh);
  else writeFileSync(sh, `#!/bin/dash\nexec ${[program, ...words].join(" ")} "$@"\n`, { mode: 0o755 });
  return bin;
}

function collect(server: ChildProcess): () => string {
  let text = "";
  server.stderr?.on("data", (piece: Buffer) => (text += piece.toString("utf8")));
  return () => text;
}

async function isListening(server: ChildProcess, log: () => string): Promise<boolean> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    if (log().includes("Server listening")) return true;
    if (server.exitCode !== null) return false;
    await sleep(20);
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
