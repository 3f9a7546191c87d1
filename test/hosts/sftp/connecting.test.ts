import { closeConnections, openHost } from "../../../lib/hosts";
import type { HostConnection } from "../../../lib/model";
import type { SshServer } from "../../support/sshServer";
import { describeSsh, describeWindows } from "../kinds";
import { hostFailure } from "../support";

const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";

function readThere(
  { address, connection }: Pick<SshServer, "address" | "connection">,
  more: HostConnection = {},
): Promise<unknown> {
  return openHost(address, { connection: { ...connection, ...more } }).readFile("C:\\store");
}

describeSsh("a machine without SFTP", {}, (server) => {
  it("is told what it needs", async () => {
    const error = await hostFailure(() => readThere(server()));
    expect(error.code).toBe("host-shell");
    expect(error.message).toContain("gives no SFTP");
    expect(error.message).toContain("Subsystem sftp sftp-server.exe");
  });
});

describeSsh(
  "a machine that says something else",
  { lines: ["Subsystem sftp internal-sftp", "ForceCommand echo this account is for backups"] },
  (server) => {
    it("is told with what it said", async () => {
      const error = await hostFailure(() => readThere(server()));
      expect(error.code).toBe("host-shell");
      expect(error.message).toContain("this account is for backups");
    });
  },
);

describeSsh("a machine of POSIX", { lines: ["Subsystem sftp internal-sftp"] }, (server) => {
  it("has no drives", async () => {
    const error = await hostFailure(() => readThere(server()));
    expect(error.code).toBe("path-not-absolute");
    expect(error.message).toContain("is no machine of Windows");
  });
});

describeWindows("a machine of Windows", "modern", (machine) => {
  afterEach(closeConnections);

  it("is not reached under another key than the pinned one", async () => {
    const error = await hostFailure(() => readThere(machine().server, { hostKey: otherKey }));
    expect(error.code).toBe("host-key-changed");
    expect(machine().server.logins()).toBe(0);
  });

  it("is connected to again after the connection was cut", async () => {
    expect(await readThere(machine().server)).toBeUndefined();
    machine().dieAt(1, "before");
    expect(await readThere(machine().server)).toBeUndefined();
    expect(machine().hasDied()).toBe(true);
    expect(machine().server.logins()).toBe(2);
  });
});
