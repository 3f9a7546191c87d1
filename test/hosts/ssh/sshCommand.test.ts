import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { formatSshAddress, parseSshAddress } from "../../../lib/hosts";
import type { HostConnection } from "../../../lib/model";
import { sshCommand } from "../../../lib/hosts/ssh/sshCommand";
import { hasSshServer } from "../../support/sshServer";
import { hostFailure } from "../support";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";

/** Each of them would let a connection be shared, asked about, trusted or used for something else. */
const hostileConfiguration = `
Host *
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  NoHostAuthenticationForLocalhost yes
  ControlMaster auto
  ControlPath /tmp/somebody-%C
  ControlPersist yes
  RemoteCommand rm -rf /
  RequestTTY force
  PermitLocalCommand yes
  LocalForward 1234 localhost:1234
  BatchMode no
  ForkAfterAuthentication yes
  StdinNull yes
  SessionType none
  EscapeChar ~
`;

/** What OpenSSH makes of the command under a configuration. */
function understood(address: string, connection: HostConnection, configuration: string): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "ssh config "));
  try {
    writeFileSync(join(folder, "config"), configuration);
    const command = sshCommand(parseSshAddress(address), connection, {
      purpose: { remoteCommand: "run" },
      folder,
    });
    const words = ["-G", "-F", join(folder, "config"), ...command.arguments];
    const { stdout, stderr, status } = spawnSync("ssh", words, { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    // Of several, the first counts first, and so comes last here.
    const lines = stdout.replaceAll(folder, "FOLDER").split("\n").toReversed();
    return new Map(
      lines.map((line): [string, string] => [line.split(" ", 1)[0] ?? "", line.replace(/^\S+ /, "")]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

(hasSshServer ? describe : describe.skip)("the command as OpenSSH understands it", () => {
  it("does the same whatever the user's configuration says", () => {
    const found = understood("ssh://build@ispw.example.com:2222", {}, hostileConfiguration);
    expect(Object.fromEntries(found)).toMatchObject({
      hostname: "ispw.example.com",
      user: "build",
      port: "2222",
      stricthostkeychecking: "true",
      nohostauthenticationforlocalhost: "no",
      controlmaster: "false",
      batchmode: "yes",
      requesttty: "false",
      permitlocalcommand: "no",
      clearallforwardings: "yes",
      escapechar: "none",
      sessiontype: "default",
      stdinnull: "no",
      forkafterauthentication: "no",
      serveraliveinterval: "5",
      connecttimeout: "10",
      forwardagent: "no",
      forwardx11: "no",
    });
    expect(found.get("controlpath") ?? "none").toBe("none");
    expect(found.has("remotecommand")).toBe(false);
  });

  it("takes a user, a port and one identity, and leaves keys and jumps to the configuration otherwise", () => {
    const configuration = "Host *\n  IdentityFile /keys/mine\n  ProxyJump gate\n  User me\n";
    const given = understood("ssh://ispw", { user: "ops", identity: "/keys/100% ours.pub" }, configuration);
    expect([given.get("user"), given.get("identityfile"), given.get("identitiesonly")]).toEqual([
      "ops",
      "/keys/100%% ours.pub",
      "yes",
    ]);
    const left = understood("ssh://ispw", {}, configuration);
    expect([left.get("user"), left.get("identityfile"), left.get("proxyjump")]).toEqual([
      "me",
      "/keys/mine",
      "gate",
    ]);
  });

  it("knows a pinned key and no other", () => {
    const found = understood("ssh://ispw", { hostKey: `${key} root@ispw` }, hostileConfiguration);
    expect(found.get("userknownhostsfile")).toBe("FOLDER/known_hosts");
    expect(found.get("globalknownhostsfile")).toBe("/dev/null");
    expect(found.get("hostkeyalias")).toBe("cdktf-trust-pinned");
  });

  it("takes all options along through each jump, which -J would not", () => {
    const proxy =
      understood("ssh://ispw", { jump: "a@one:2201,two", identity: "/k" }, "").get("proxycommand") ?? "";
    expect(proxy).toMatch(
      /^'ssh' .*'StrictHostKeyChecking=yes' .*'IdentityFile="\/k"' '-W' '\[%h\]:%p' '--' 'two'$/,
    );
    expect(proxy).toContain(
      `'\\''-W'\\'' '\\''[%%h]:%%p'\\'' '\\''-p'\\'' '\\''2201'\\'' '\\''-l'\\'' '\\''a'\\'' '\\''--'\\'' '\\''one'\\''`,
    );
  });
});

describe("an address", () => {
  it.each([
    ["ssh://ispw.example.com", "ssh://ispw.example.com"],
    ["ssh://Build@ISPW.example.com:22", "ssh://Build@ispw.example.com:22"],
    ["ssh://[FE80::1]:2222/", "ssh://[fe80::1]:2222"],
  ])("%s is read", (given, canonical) => {
    expect(formatSshAddress(parseSshAddress(given))).toBe(canonical);
  });

  it.each([
    "ssh://",
    "ssh://-oProxyCommand=x",
    "ssh://-u@host",
    "ssh://a b",
    "ssh://host:0",
    "ssh://host:65536",
    "ssh://host/path",
    "ssh://user:word@host",
    "ssh://host;id",
    "ssh://$(id)@host",
    "ssh://host\nProxyCommand x",
  ])("%j is refused, and a password in it is not thought to be one", async (address) => {
    const error = await hostFailure(async () => parseSshAddress(address));
    expect(error.code).toBe("host-address");
  });

  it("settings that are none are refused too", async () => {
    const make = (connection: HostConnection) => async () =>
      sshCommand(parseSshAddress("ssh://h"), connection, { purpose: { remoteCommand: "x" }, folder: "/f" });
    for (const bad of [
      { user: "-x" },
      { user: "a b" },
      { jump: "a,-b" },
      { hostKey: "rsa AAAA" },
      { hostKey: "" },
    ])
      expect((await hostFailure(make(bad))).code).toBe("host-address");
  });
});
