import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { closeConnections, openHost } from "../../../lib/hosts";
import type { HostConnection } from "../../../lib/model";
import { childrenOf } from "../../support/processes";
import { slowly } from "../../support/tools";
import { describeSsh } from "../kinds";

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

  /** How many are under way while their sshd answers nobody, two more having asked, and whether all are reached once it does. */
  async function connectAll(
    name: string,
    slots: number,
    more: HostConnection,
  ): Promise<{ readonly underWay: number; readonly missing: number }> {
    const { hostKey: _, ...connection } = server().connection;
    server().pause();
    const reading = Array.from({ length: slots + 2 }, (_one, number) =>
      openHost(`ssh://${name}-${number}`, { connection: { ...connection, ...more } }).readFile(
        "/etc/hostname",
      ),
    );
    try {
      const started = (): number => childrenOf([process.pid], "ssh").length;
      for (let waited = 0; waited < 30_000 && started() < slots; waited += 50) await sleep(50);
      await sleep(500);
      const underWay = started();
      server().resume();
      return { underWay, missing: (await Promise.all(reading)).filter((file) => file === undefined).length };
    } finally {
      server().resume();
      await Promise.allSettled(reading);
    }
  }

  it("are ten", async () => {
    expect(await connectAll("machine", 10, {})).toEqual({ underWay: 10, missing: 0 });
  });

  it("are four behind one jump", async () => {
    expect(await connectAll("machine", 4, { jump: "gate" })).toEqual({ underWay: 4, missing: 0 });
  });

  slowly("are ten where only OpenSSH's configuration knows of the jump (SLOW=1)", async () => {
    expect(await connectAll("gated", 10, {})).toEqual({ underWay: 10, missing: 0 });
  });
});
