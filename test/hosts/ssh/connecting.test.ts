import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { closeConnections, openHost } from "../../../lib/hosts";
import { describeSsh, isRoot } from "../kinds";
import { askingFolders, hostFailure, inMirror } from "../support";

const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";

function makeKey(folder: string, passphrase: string): string {
  const file = join(folder, "key");
  spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file]);
  return file;
}

/** The ssh programs that this process has started. */
function startedIds(): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "-x", "ssh"], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).map(Number);
}

/** OpenSSH under a configuration of the test's own, as the runner's user would have it. */
async function withConfiguration(lines: string, action: () => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ssh-"));
  const path = process.env["PATH"] ?? "";
  writeFileSync(join(folder, "config"), lines);
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${folder}/config "$@"\n`, {
    mode: 0o755,
  });
  process.env["PATH"] = `${folder}:${path}`;
  try {
    await action();
  } finally {
    process.env["PATH"] = path;
    await closeConnections();
    rmSync(folder, { recursive: true });
  }
}

describeSsh("connecting", {}, (server) => {
  afterEach(closeConnections);

  const read = (connection: object, address = server().address): Promise<unknown> =>
    openHost(address, { connection: { ...server().connection, ...connection } }).readFile("/etc/hostname");

  it("tells a key that is not the pinned one, and says what to compare", async () => {
    const error = await hostFailure(() => read({ hostKey: otherKey }));
    expect(error.code).toBe("host-key-changed");
    expect(error.message).toContain("another key than the one that is pinned");
    expect(server().logins()).toBe(0);
  });

  it("tells a key that nobody knows", async () => {
    const { hostKey: _, ...connection } = server().connection;
    await withConfiguration("Host *\n  UserKnownHostsFile /dev/null\n", async () => {
      const error = await hostFailure(() =>
        openHost(server().address, { connection }).readFile("/etc/hostname"),
      );
      expect(error.code).toBe("host-key-unknown");
      expect(error.message).toContain(`ssh-keyscan -p ${server().port} 127.0.0.1`);
    });
  });

  it("tells a key that is not the one known_hosts has, and how to change that", async () => {
    const { hostKey: _, ...connection } = server().connection;
    const known = join(server().folder, "changed");
    writeFileSync(known, `[127.0.0.1]:${server().port} ${otherKey}\n`);
    await withConfiguration(`Host *\n  UserKnownHostsFile ${known}\n`, async () => {
      const before = server().logins();
      const error = await hostFailure(() =>
        openHost(server().address, { connection }).readFile("/etc/hostname"),
      );
      expect(error.code).toBe("host-key-changed");
      expect(error.message).toContain(`run ssh-keygen -R "[127.0.0.1]:${server().port}" and`);
      expect(server().logins()).toBe(before);
    });
  });

  it("tells that it was not let in", async () => {
    await inMirror(async (folder) => {
      const error = await hostFailure(() => read({ identity: makeKey(folder, "") }));
      expect(error.code).toBe("host-auth");
      expect(error.message).toContain("accepts none of the keys");
    });
  });

  it("tells what is not there, once for all who ask", async () => {
    const unused = `ssh://127.0.0.1:1`;
    const errors = await Promise.all([1, 2].map(() => hostFailure(() => read({}, unused))));
    expect(errors.map(({ code }) => code)).toEqual(["host-unreachable", "host-unreachable"]);
    expect(errors[0]).toBe(errors[1]);
    expect(errors[0]?.message).toContain("@127.0.0.1:1 was not reached");
    const named = await hostFailure(() => read({}, "ssh://no-such-host.invalid"));
    expect(named.code).toBe("host-unreachable");
  });

  it("gives a passphrase through a pipe in memory, and leaves nothing of it anywhere", async () => {
    await inMirror(async (folder) => {
      // GIVEN a key under a passphrase that the server accepts
      const canary = "correct horse battery";
      const identity = makeKey(folder, canary);
      const authorized = join(server().folder, "authorized");
      writeFileSync(authorized, readFileSync(authorized, "utf8") + readFileSync(`${identity}.pub`, "utf8"));
      const before = askingFolders();
      // WHEN
      const asked: string[] = [];
      const host = openHost(server().address, {
        connection: { ...server().connection, identity, password: "env:PASSPHRASE" },
        resolveSecret: (reference) => {
          asked.push(reference);
          return canary;
        },
      });
      await host.readFile("/etc/hostname");
      // THEN
      expect(asked).toEqual(["env:PASSPHRASE"]);
      const shown = startedIds().flatMap((id) => [
        readFileSync(`/proc/${id}/cmdline`, "utf8"),
        readFileSync(`/proc/${id}/environ`, "utf8"),
      ]);
      expect(shown).toHaveLength(2);
      expect(shown.join("")).not.toContain(canary);
      expect(askingFolders()).toEqual(before);
      // AND a wrong one is told as what it is, without itself
      await closeConnections();
      const wrong = openHost(server().address, {
        connection: { ...server().connection, identity, password: "env:PASSPHRASE" },
        resolveSecret: () => "wrong canary",
      });
      const error = await hostFailure(() => wrong.readFile("/etc/hostname"));
      expect(error.code).toBe("host-auth");
      expect(error.message).not.toContain("canary");
    });
  });

  it("goes through jumps, with the keys that are known of each", async () => {
    const { port, folder } = server();
    const hostKey = readFileSync(join(folder, "host.pub"), "utf8");
    writeFileSync(join(folder, "known"), `[127.0.0.1]:${port} ${hostKey}`);
    await withConfiguration(`Host *\n  UserKnownHostsFile ${folder}/known\n`, async () => {
      const before = server().logins();
      const { user } = server().connection;
      const jump = `${user}@127.0.0.1:${port},${user}@127.0.0.1:${port}`;
      expect(await read({ jump })).toBeDefined();
      expect(server().logins() - before).toBe(3);
    });
  });

  it("has one connection for all who work on a machine at the same time", async () => {
    const before = server().logins();
    const hosts = Array.from({ length: 20 }, () =>
      openHost(server().address, { connection: server().connection }),
    );
    await Promise.all(hosts.map((host) => host.readFile("/etc/hostname")));
    expect(server().logins() - before).toBe(1);
  });

  it("connects again after the connection was cut", async () => {
    const host = openHost(server().address, { connection: server().connection });
    await host.readFile("/etc/hostname");
    for (const id of startedIds()) process.kill(id, "SIGKILL");
    expect(await host.readFile("/etc/hostname")).toBeDefined();
  });
});

describeSsh(
  "a machine with a forced command",
  { lines: ["ForceCommand echo this account is for backups"] },
  (server) => {
    it("gives no shell, and says what it said", async () => {
      const { address, connection } = server();
      const error = await hostFailure(() => openHost(address, { connection }).readFile("/etc/hostname"));
      expect(error.code).toBe("host-shell");
      expect(error.message).toContain("this account is for backups");
    });
  },
);

(isRoot ? describeSsh : (describe.skip as unknown as typeof describeSsh))(
  "a machine without a rule for sudo (root only)",
  {},
  (server) => {
    it("says which rule is missing", async () => {
      const { address, connection } = server();
      const host = openHost(address, { connection: { ...connection, sudo: "no-such-user" } });
      const error = await hostFailure(() => host.readFile("/etc/hostname"));
      expect(error.code).toBe("sudo-refused");
      expect(error.message).toContain("NOPASSWD: /bin/sh");
    });
  },
);
