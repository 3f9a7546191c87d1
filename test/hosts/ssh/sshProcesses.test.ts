import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { closeConnections, type HostProcesses, openHost } from "../../../lib/hosts";
import type { SshServer } from "../../support/sshServer";
import { slowly } from "../../support/tools";
import { describeSsh, isRoot } from "../kinds";
import { hostFailure, inMirror, lives } from "../support";

const timeoutMs = 60_000;

function processesOf({ address, connection }: SshServer, more: object = {}): HostProcesses {
  return openHost(address, { connection: { ...connection, ...more } }).processes as HostProcesses;
}

/** The ssh programs that this process has started. */
function startedIds(): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "-x", "ssh"], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).map(Number);
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 30_000 && !holds(); waited += 50) await sleep(50);
  return holds();
}

describeSsh("processes over a connection of their own", {}, (server) => {
  afterEach(closeConnections);

  it("tells that nothing is known where the connection ends, and ends the command on the machine", async () => {
    await inMirror(async (root) => {
      const file = join(root, "id");
      const argv = ["sh", "-c", `echo $$ >${file}; exec sleep 100`];
      const running = hostFailure(() => processesOf(server()).run({ argv, timeoutMs }));
      expect(await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"))).toBe(true);
      for (const id of startedIds()) process.kill(id, "SIGKILL");
      const error = await running;
      expect(error.code).toBe("outcome-unknown");
      expect(error.message).toContain('while "sh" ran');
      expect(error.message).toContain("is not known");
      expect(await until(() => !lives(readFileSync(file, "utf8").trim()))).toBe(true);
    });
  }, 60_000);

  it("leave the connection of the files alone", async () => {
    await inMirror(async (root) => {
      const host = openHost(server().address, { connection: server().connection });
      const before = server().logins();
      const argv = ["sh", "-c", `until test -e ${root}/go-on; do sleep 0.1; done`];
      const waiting = host.processes?.run({ argv, timeoutMs });
      await host.readFile("/etc/hostname");
      await host.readFile("/etc/hostname");
      writeFileSync(join(root, "go-on"), "");
      expect(await waiting).toMatchObject({ status: 0 });
      expect(server().logins() - before).toBe(2);
    });
  }, 60_000);

  slowly(
    "leave the connection of the files alone, also one that hangs (SLOW=1)",
    async () => {
      const host = openHost(server().address, { connection: server().connection });
      const before = server().logins();
      const hanging = host.processes?.run({ argv: ["sleep", "100"], timeoutMs: 2_000 });
      await host.readFile("/etc/hostname");
      await host.readFile("/etc/hostname");
      expect(await hanging).toMatchObject({ timedOut: true, output: "" });
      await host.processes?.run({ argv: ["true"], timeoutMs });
      expect(server().logins() - before).toBe(3);
      expect(startedIds()).toHaveLength(1);
    },
    60_000,
  );

  it("go through a jump", async () => {
    const { port, folder, connection } = server();
    const home = join(folder, "home");
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, "known"),
      `[127.0.0.1]:${port} ${readFileSync(join(folder, "host.pub"), "utf8")}`,
    );
    writeFileSync(join(home, "config"), `Host *\n  UserKnownHostsFile ${home}/known\n`);
    writeFileSync(join(home, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${home}/config "$@"\n`, {
      mode: 0o755,
    });
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${home}:${path}`;
    try {
      const before = server().logins();
      const processes = processesOf(server(), { jump: `${connection.user}@127.0.0.1:${port}` });
      expect(await processes.run({ argv: ["echo", "there"], timeoutMs })).toMatchObject({
        status: 0,
        output: "there\n",
      });
      const reached = await processes.connect("127.0.0.1", port, timeoutMs);
      const [greeting] = (await reached.iterator({ destroyOnReturn: true }).next()).value
        .toString()
        .split("-") as string[];
      expect(greeting).toBe("SSH");
      reached.destroy();
      expect(server().logins() - before).toBe(4);
    } finally {
      process.env["PATH"] = path;
    }
  }, 60_000);

  it("tell a machine that is not reached as its files do", async () => {
    const processes = processesOf({ ...server(), address: "ssh://127.0.0.1:1" });
    const errors = [
      await hostFailure(() => processes.run({ argv: ["true"], timeoutMs })),
      await hostFailure(() => processes.connect("127.0.0.1", 22, timeoutMs)),
    ];
    expect(errors.map(({ code }) => code)).toEqual(["host-unreachable", "host-unreachable"]);
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";
    const other = processesOf(server(), { hostKey: key });
    expect((await hostFailure(() => other.connect("127.0.0.1", 22, timeoutMs))).code).toBe(
      "host-key-changed",
    );
  });

  it("take a wait that was too short for no sign that the machine is down", async () => {
    const processes = processesOf(server());
    const error = await hostFailure(() => processes.connect("127.0.0.1", server().port, 1));
    expect(error.code).toBe("connect-failed");
    expect(error.message).toContain("no answer within 1 ms");
    expect(await processes.run({ argv: ["true"], timeoutMs })).toMatchObject({ status: 0 });
  });

  (isRoot ? it : it.skip)(
    "are another user's through sudo (root only)",
    async () => {
      const processes = processesOf(server(), { sudo: "nobody" });
      expect(await processes.run({ argv: ["id", "-un"], timeoutMs })).toMatchObject({ output: "nobody\n" });
      const refused = processesOf(server(), { sudo: "no-such-user" });
      const error = await hostFailure(() => refused.run({ argv: ["true"], timeoutMs }));
      expect(error.code).toBe("sudo-refused");
    },
    60_000,
  );

  (isRoot ? slowly : it.skip)(
    "end with sudo (root only, SLOW=1)",
    async () => {
      const argv = ["sh", "-c", "trap '' TERM; sleep 100 & echo $$ $!; wait"];
      const { timedOut, output } = await processesOf(server(), { sudo: "nobody" }).run({
        argv,
        timeoutMs: 1_000,
      });
      expect(timedOut).toBe(true);
      expect(output.trim().split(" ").map(lives)).toEqual([false, false]);
    },
    60_000,
  );
});

describeSsh(
  "processes behind login scripts that print, and no forwarding",
  {
    lines: [
      "AllowTcpForwarding no",
      'ForceCommand echo welcome; echo to this machine >&2; printf "no line end"; eval "$SSH_ORIGINAL_COMMAND"',
    ],
  },
  (server) => {
    it("give what the command prints alone", async () => {
      const outcome = await processesOf(server()).run({
        argv: ["sh", "-c", "printf said; exit 5"],
        timeoutMs,
      });
      expect(outcome).toMatchObject({ status: 5, output: "said" });
    });

    it("tell that the machine forwards nothing", async () => {
      const error = await hostFailure(() => processesOf(server()).connect("127.0.0.1", 22, timeoutMs));
      expect(error.code).toBe("forward-refused");
      expect(error.message).toContain("administratively prohibited");
      expect(error.message).not.toContain("something listens");
    });
  },
);
