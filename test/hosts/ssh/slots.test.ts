import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { closeConnections, openHost } from "../../../lib/hosts";
import type { HostConnection } from "../../../lib/model";
import { childrenOf } from "../../support/processes";
import { describeSsh } from "../kinds";

/** Machines of one sshd, each under a name of its own. */
const count = 13;
const before = process.env["PATH"];

describeSsh("machines that are connected to at the same time", {}, (server) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "ssh-"));
    const hostKey = readFileSync(join(server().folder, "host.pub"), "utf8");
    const { port, connection } = server();
    writeFileSync(join(folder, "known"), `[127.0.0.1]:${port} ${hostKey}gate ${hostKey}`);
    const place = `  HostName 127.0.0.1\n  Port ${port}\n  UserKnownHostsFile ${folder}/known\n  HostKeyAlias gate\n  User ${connection.user}\n  IdentityFile ${connection.identity}\n`;
    writeFileSync(
      join(folder, "config"),
      `Host gate machine-*\n${place}Host gated-*\n${place}  ProxyJump gate\n`,
    );
    writeFileSync(join(folder, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F ${folder}/config "$@"\n`, {
      mode: 0o755,
    });
    process.env["PATH"] = `${folder}:${before}`;
  });

  afterEach(closeConnections);
  afterAll(() => {
    process.env["PATH"] = before;
    rmSync(folder, { recursive: true });
  });

  /** How many are under way while their sshd answers nobody, and how many are reached once it does. */
  async function connectAll(
    name: string,
    more: HostConnection,
  ): Promise<{ readonly underWay: number; readonly reached: number }> {
    const { hostKey: _, ...connection } = server().connection;
    server().pause();
    const reading = Array.from({ length: count }, (_one, number) =>
      openHost(`ssh://${name}-${number}`, { connection: { ...connection, ...more } }).readFile(
        "/etc/hostname",
      ),
    );
    try {
      await sleep(2_000);
      const underWay = childrenOf([process.pid], "ssh").length;
      server().resume();
      return { underWay, reached: (await Promise.all(reading)).length };
    } finally {
      server().resume();
      await Promise.allSettled(reading);
    }
  }

  it("are ten", async () => {
    expect(await connectAll("machine", {})).toEqual({ underWay: 10, reached: count });
  });

  it("are four behind one jump", async () => {
    expect(await connectAll("machine", { jump: "gate" })).toEqual({ underWay: 4, reached: count });
  });

  it("are ten where only OpenSSH's configuration knows of the jump", async () => {
    expect(await connectAll("gated", {})).toEqual({ underWay: 10, reached: count });
  });
});
