import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HostCheck, HostCheckItem } from "../../../lib/cli/host/check/hostCheck";
import { isRoot } from "../../hosts/kinds";
import { makePosixTools } from "../../hosts/ssh/shells";
import { REPOSITORY } from "../../docs/markdown";
import { LocalProject } from "../../support/localProject";
import { hasSshServer, type SshServer, startSshServer } from "../../support/sshServer";
import { slowly } from "../../support/tools";

const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx4Yy0Qk1m0qk8c1k3Yf3yqv0bXw1z2n9mQ4m3oJw0s";
const canMount = isRoot && spawnSync("mount", ["-f", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** A folder that everybody may search, gone with the tests. */
const root = mkdtempSync(join(tmpdir(), "check-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

function folder(name: string): string {
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name);
}

/** Every tool of the machine but one. */
function withoutTool(name: string): string {
  const tools = makePosixTools();
  for (const [tool, path] of ["sh", "sleep", "date", "df", "env"].map((each) => [each, `/bin/${each}`]))
    if (tool !== undefined && path !== undefined && !readdirSync(tools).includes(tool))
      symlinkSync(path, join(tools, tool));
  unlinkSync(join(tools, name));
  return tools;
}

/** A host as the source of an app declares it, with files on it and servers that it calls. */
interface Declared {
  readonly source: string;
  readonly paths: readonly string[];
  readonly calls?: readonly string[];
}

function overSsh(id: string, server: SshServer, paths: readonly string[], more: object = {}): Declared {
  const { user, identity, hostKey } = server.connection;
  const options = JSON.stringify({ id, port: server.port, user, identity, hostKey, ...more });
  return { source: `Host.ssh("127.0.0.1", ${options})`, paths };
}

function appOf(hosts: readonly Declared[]): string {
  const declared = hosts.map(({ source, paths, calls = [] }, index) => {
    const host = `host${index}`;
    const files = paths.map(
      (path, each) =>
        `new TrustFile(this, "F${index}-${each}", { host: ${host}, path: ${JSON.stringify(path)}, content: { text: "x" } });`,
    );
    const clients = calls.map(
      (url, each) =>
        `new RestClient(this, "C${index}-${each}", { host: ${host}, directory: ${JSON.stringify(root)} })
           .calls(Partner.at(${JSON.stringify(url)}, { presents: "public-roots", asks: "require" }), { as: Certificate.selfSigned(), id: "call${each}", keyPassword: Secret.env("NONE") });`,
    );
    return [`const ${host} = ${source};`, ...files, ...clients].join("\n");
  });
  return `
import { App } from "@repository/node_modules/cdktf";
import { Certificate, Host, Partner, RestClient, Secret, TrustFile, TrustStack } from "@repository/lib";
class Stack extends TrustStack {
  constructor(scope, id) {
    super(scope, id);
    ${declared.join("\n")}
  }
}
const app = new App();
new Stack(app, "one");
app.synth();
`;
}

/** A server that takes connections, and how it is called. */
async function listen(): Promise<readonly [Server, string]> {
  const listener: Server = createServer();
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  return [listener, `https://localhost:${(listener.address() as AddressInfo).port}`];
}

/** What a look at a host found, by subject; what is there more than once is told by what it is about. */
function seen(checks: readonly HostCheck[], host: string): Readonly<Record<string, string>> {
  const { items } = checks.find((check) => check.host === host) ?? { items: [] };
  return Object.fromEntries(
    items.map(({ subject, about, state, seen: text }: HostCheckItem) => [
      about === undefined ? subject : `${subject} ${about}`,
      `${state}: ${text}`,
    ]),
  );
}

function problems(checks: readonly HostCheck[], host: string): string {
  const { items } = checks.find((check) => check.host === host) ?? { items: [] };
  return items.map(({ problem = "" }) => problem).join("\n");
}

function check(hosts: readonly Declared[]): { status: number | null; checks: readonly HostCheck[] } {
  const project = new LocalProject(appOf(hosts));
  try {
    const { status, stdout, stderr } = project.cli("host", "check", "--json");
    expect(stderr).toBe("");
    return { status, checks: JSON.parse(stdout) as HostCheck[] };
  } finally {
    project.remove();
  }
}

(hasSshServer ? describe : describe.skip)("cdktf-trust host check, of machines over SSH", () => {
  let server: SshServer;
  const others: SshServer[] = [];
  const started = async (...options: Parameters<typeof startSshServer>): Promise<SshServer> => {
    const other = await startSshServer(...options);
    others.push(other);
    return other;
  };

  beforeAll(async () => {
    server = await startSshServer();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([server, ...others].map((each) => each.stop()));
  }, 60_000);

  slowly(
    "finds all that a deploy needs, and prints a line (SLOW=1)",
    async () => {
      const [listener, url] = await listen();
      const host = { ...overSsh("flow", server, [join(folder("product"), "note.txt")]), calls: [url] };
      const project = new LocalProject(
        appOf([host, { source: 'Host.manual("mainframe")', paths: ["/opt/x"] }]),
      );
      try {
        const { status, stdout } = project.cli("host", "check");
        const lines = stdout.split("\n").map((line) => line.split(/\s{2,}/).join(" | "));
        expect(lines.slice(0, 3)).toEqual([
          "host | reached | host key | login | shell | tools | clock | space | rights | port",
          expect.stringMatching(
            /^flow \| yes \| pinned \| \w+ \| yes \| all \| [+-]\d s \| [\d.]+ [GT]iB \| (\d+) of \1 \| 1 of 1$/,
          ),
          "mainframe: nobody may log in to it from here (manual), so it was not looked at",
        ]);
        expect(lines.slice(3)).toEqual([""]);
        expect(status).toBe(0);
        expect(readdirSync(folder("product"))).toEqual([]);
      } finally {
        project.remove();
        await new Promise((done) => listener.close(done));
      }
    },
    60_000,
  );

  it("prints what its page shows", async () => {
    const slow = folder("slow");
    writeFileSync(join(slow, "date"), '#!/bin/dash\nexec /bin/date -d "-300 seconds" "$@"\n', {
      mode: 0o755,
    });
    const path = `${slow}:${withoutTool("touch")}`;
    const lacking = await started({ path, shell: ["/bin/dash"] });
    const [listener, url] = await listen();
    const project = new LocalProject(
      appOf([
        { ...overSsh("flow", server, [join(folder("flow"), "note.txt")]), calls: [url] },
        overSsh("ispw", lacking, [join(folder("ispw"), "note.txt")]),
        { ...overSsh("gate", { ...server, port: 1 }, ["/opt/x"]) },
        { source: 'Host.manual("mainframe")', paths: ["/opt/x"] },
      ]),
    );
    try {
      const { status, stdout } = project.cli("host", "check");
      const user = server.connection.user ?? "";
      const shown = stdout
        .replaceAll(/ (?:29\d|30\d) s behind/g, " 300 s behind")
        .replaceAll(/-(?:29\d|30\d) s/g, "-300 s")
        .replaceAll(/[+-]\d s/g, "+0 s")
        .replaceAll(/[\d.]+ [GT]iB/g, "77 GiB")
        .replaceAll(`${user} `, `${"deploy".padEnd(Math.max(user.length, 6))} `)
        .replaceAll(/ssh:\/\/\S+:1 was/g, "ssh://deploy@gate.example.com was")
        .replaceAll(/"ssh: .*?"/g, '"ssh: connect to host gate.example.com port 22: Connection refused"');
      const page = readFileSync(join(REPOSITORY, "docs/hosts.md"), "utf8");
      const [, example = ""] = /```text\n(host +reached[^]*?)```/.exec(page) ?? [];
      const words = (text: string): string[] => text.trim().split(/\s+/);
      expect(words(shown)).toEqual(words(example));
      expect(page).toContain("```sh\ncdktf-trust host check\n```");
      expect(status).toBe(1);
    } finally {
      project.remove();
      await new Promise((done) => listener.close(done));
    }
  }, 60_000);

  slowly(
    "tells how far it came on the way in, each host on its own",
    async () => {
      const stranger = join(folder("keys"), "stranger");
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger]);
      const paused = await started();
      paused.pause();
      const hosts = [
        overSsh("good", server, [join(folder("good"), "x")]),
        overSsh("changed", server, ["/opt/x"], { hostKey: otherKey }),
        overSsh("refused", server, ["/opt/x"], { identity: stranger }),
        overSsh("dead", { ...server, port: 1 }, ["/opt/x"]),
        overSsh("hanging", paused, ["/opt/x"]),
        overSsh("no-shell", await started({ lines: ["ForceCommand echo for backups only"] }), ["/opt/x"]),
        ...(isRoot ? [overSsh("no-sudo", server, ["/opt/x"], { sudo: "no-such-user" })] : []),
      ];
      const { status, checks } = check(hosts);
      paused.resume();
      const user = `good: ${server.connection.user}`;
      const isIn = { reached: "good: yes", "host key": "good: pinned", login: user };
      expect(status).toBe(1);
      expect(seen(checks, "good")).toMatchObject({ ...isIn, shell: "good: yes", tools: "good: all" });
      expect(seen(checks, "changed")).toEqual({ reached: "good: yes", "host key": "failed: changed" });
      expect(problems(checks, "changed")).toContain("another key than the one that is pinned");
      expect(seen(checks, "refused")).toEqual({ ...isIn, login: "failed: refused" });
      expect(seen(checks, "dead")).toEqual({ reached: "failed: no" });
      expect(seen(checks, "hanging")).toEqual({ reached: "failed: no" });
      expect(seen(checks, "no-shell")).toEqual({ ...isIn, shell: "failed: none" });
      expect(problems(checks, "no-shell")).toContain("for backups only");
      if (isRoot) expect(seen(checks, "no-sudo")).toEqual({ ...isIn, sudo: "failed: refused" });
    },
    120_000,
  );

  it("tells what is wrong on the machine", async () => {
    const fake = folder("fake");
    writeFileSync(join(fake, "date"), "#!/bin/dash\necho 2001-02-03T04:05:06Z\n", { mode: 0o755 });
    const system = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    const guarded = join(folder("private"), "x");
    const hosts = [
      overSsh("lacks-much", await started({ path: withoutTool("id"), shell: ["/bin/dash"] }), [
        join(folder("lacks"), "x"),
      ]),
      overSsh("skewed", await started({ path: `${fake}:${system}` }), [join(folder("skewed"), "x")]),
      {
        ...overSsh("files", server, [join(folder("files"), "x"), join(root, "absent/x")]),
        calls: ["https://127.0.0.1:1"],
      },
      ...(isRoot ? [overSsh("other", server, [guarded], { sudo: "nobody" })] : []),
    ];
    const { status, checks } = check(hosts);
    expect(status).toBe(1);
    expect(seen(checks, "lacks-much")).toMatchObject({
      shell: "failed: none",
      tools: expect.stringContaining("id") as string,
    });
    expect(seen(checks, "skewed")).toMatchObject({
      tools: "good: all",
      clock: expect.stringMatching(/^failed: -\d{9} s$/) as string,
    });
    expect(problems(checks, "skewed")).toContain("s behind the clock here");
    expect(seen(checks, "files")).toMatchObject({
      [`rights ${join(root, "files/x")}`]: "good: yes",
      [`rights ${join(root, "absent/x")}`]: "failed: no directory",
      "port 127.0.0.1:1": "failed: closed",
    });
    expect(problems(checks, "files")).toMatch(/no connection from there to 127\.0\.0\.1:1: .*refused/);
    if (!isRoot) return;
    expect(seen(checks, "other")).toMatchObject({
      sudo: "good: nobody",
      [`rights ${guarded}`]: "failed: no",
    });
    expect(problems(checks, "other")).toContain("user nobody of ssh://");
  }, 120_000);

  (canMount ? it : it.skip)(
    "tells a file system that is nearly full, behind a link as well, and one that is read-only (root only)",
    async () => {
      const small = folder("small");
      const fixed = folder("fixed");
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small]);
      execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", fixed]);
      try {
        writeFileSync(join(small, "store"), "");
        symlinkSync(join(small, "store"), join(folder("linked"), "store"));
        const paths = [join(root, "linked/store"), join(fixed, "x")];
        const { status, checks } = check([
          overSsh("ssh", server, paths),
          { source: 'Host.local("here", { root: "/" })', paths },
          {
            source: `Host.local("mirror", { root: "${tmpdir()}" })`,
            paths: paths.map((path) => path.slice(tmpdir().length)),
          },
        ]);
        expect(status).toBe(1);
        for (const host of ["ssh", "here"])
          expect(seen(checks, host)).toMatchObject({
            [`space ${small}`]: "failed: 1 MiB",
            [`rights ${join(root, "linked/store")}`]: "good: yes",
            [`rights ${join(fixed, "x")}`]: "failed: no",
          });
        expect(seen(checks, "mirror")).toMatchObject({
          [`space ${small.slice(tmpdir().length)}`]: "failed: 1 MiB",
          [`rights ${fixed.slice(tmpdir().length)}/x`]: "failed: no",
        });
      } finally {
        execFileSync("umount", [small]);
        execFileSync("umount", [fixed]);
      }
    },
    60_000,
  );
});

describe("cdktf-trust host check, of what is here", () => {
  it("looks at the files of a folder that stands for a machine, and at no port from there", () => {
    const project = new LocalProject(
      appOf([{ source: 'Host.local("flow")', paths: ["/opt/x", "/etc/y"], calls: ["https://127.0.0.1:1"] }]),
    );
    try {
      project.write(".local/hosts/flow/opt/.keep", "");
      const { status, stdout } = project.cli("host", "check", "flow", "--json");
      const found = seen(JSON.parse(stdout) as HostCheck[], "flow");
      expect(found).toMatchObject({
        reached: "good: here",
        "space /opt": expect.stringMatching(/^good: \d/) as string,
        "rights /opt/x": "good: yes",
        "rights /etc/y": "failed: no directory",
      });
      expect(Object.keys(found).filter((key) => /port|clock|tools/.test(key))).toEqual([]);
      expect(status).toBe(1);
      expect(project.cli("host", "check", "flaw")).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(
          'there is no host "flaw" in this environment; there are: flow',
        ) as string,
      });
    } finally {
      project.remove();
    }
  }, 60_000);
});
