import { join } from "node:path";

import { closeConnections } from "../../../lib/hosts";
import type { HostPlan, TrustPlan } from "../../../lib/model";
import { hasSshServer, type SshServer, type SshServerOptions, startSshServer } from "../../support/sshServer";
import { freePort, LiveHosts, mutualPlan, rulesOf } from "./liveWorld";
import { oftenAndSlowly } from "../../support/tools";

(hasSshServer ? describe : describe.skip)("verify, live, from a client's host over SSH", () => {
  const machines: SshServer[] = [];
  let hosts: LiveHosts;

  beforeEach(() => {
    hosts = new LiveHosts();
  });

  afterEach(async () => {
    hosts.remove();
    await closeConnections();
    await Promise.all(machines.splice(0).map((machine) => machine.stop()));
  });

  async function machine(options: SshServerOptions = {}): Promise<SshServer> {
    const started = await startSshServer({
      ...options,
      lines: ["LogLevel DEBUG1", ...(options.lines ?? [])],
    });
    machines.push(started);
    return started;
  }

  /** The call's client is on that machine, which is this one. */
  function fromMachine({ port: sshPort, connection }: SshServer, port: number): TrustPlan {
    const declared = mutualPlan(port);
    const client: HostPlan = {
      id: "client",
      kind: "ssh",
      platform: "posix",
      address: `ssh://127.0.0.1:${sshPort}`,
      connection,
    };
    return {
      ...declared,
      hosts: declared.hosts.map((host) => (host.id === "client" ? client : host)),
      stores: declared.stores.map((store) =>
        store.hostId === "client"
          ? { ...store, path: join(hosts.project, "hosts/client", store.path) }
          : store,
      ),
    };
  }

  test("the server is called through that machine", async () => {
    const [clients, port] = [await machine(), await hosts.listen()];

    const { verdicts, filesOnly } = await hosts.verify(fromMachine(clients, port));

    expect(verdicts).toMatchObject([
      {
        ok: true,
        reason: "trusted through CN=Example Root, the client certificate is accepted",
        findings: [],
      },
    ]);
    expect(filesOnly).toEqual(new Map());
    // As the client and as those whom nobody knows: nothing came from here.
    const calls = clients.log().match(/server_request_direct_tcpip: .*target localhost port (\d+)/g) ?? [];
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.every((line) => line.endsWith(`port ${port}`))).toBe(true);
  }, 60_000);

  test("nothing listens there: that is said, with the machine", async () => {
    const [clients, port] = [await machine(), await freePort()];

    const { verdicts, filesOnly } = await hosts.verify(fromMachine(clients, port));

    expect(verdicts).toMatchObject([{ ok: true, findings: [] }]);
    expect([...(filesOnly?.values() ?? [])]).toEqual([
      `nothing listens at localhost:${port}, seen from client`,
    ]);
  }, 60_000);

  test.each(oftenAndSlowly(["AllowTcpForwarding no"], ["DisableForwarding yes", "PermitOpen none"]))(
    "a machine that lets nobody call through it (%s) is not taken for a server that is down",
    async (line) => {
      const [clients, port] = [await machine({ lines: [line] }), await hosts.listen()];
      const declared = fromMachine(clients, port);

      const { verdicts, filesOnly } = await hosts.verify(declared);
      const insisted = await hosts.verdict(declared, { insists: true });

      const [why] = [...(filesOnly?.values() ?? [])];
      expect(why).toContain("AllowTcpForwarding");
      expect(why).not.toContain("nothing listens");
      expect(verdicts).toMatchObject([{ ok: true, findings: [] }]);
      expect(insisted).toMatchObject({ ok: false, reason: expect.stringContaining("AllowTcpForwarding") });
      expect(rulesOf(insisted)).toEqual(["error not-called"]);
    },
    60_000,
  );

  test("a machine that is out of reach fails its hop by name, and its server is not called from here", async () => {
    const [clients, port] = [await machine(), await hosts.listen()];
    const declared = fromMachine(clients, port);
    await clients.stop();

    const { verdicts, filesOnly } = await hosts.verify(declared);

    expect(verdicts).toMatchObject([{ ok: false, reason: expect.stringContaining("was not reached") }]);
    expect(new Set(rulesOf(verdicts[0]))).toEqual(new Set(["error file-unreadable"]));
    expect([...(filesOnly?.values() ?? [])]).toEqual(["what Client has cannot be read here"]);
  }, 60_000);
});
