import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { type HostFiles, keepBackup, openHost, readOwnership, writeOwnership } from "../../../lib/hosts";
import { Shell } from "../../../lib/hosts/ssh/shell";
import type { SshServer } from "../../support/sshServer";
import { describeSsh } from "../kinds";
import { hostFailure, inMirror } from "../support";
import { makePosixTools, sampledShells, shells, startShell } from "./shells";

const runId = "20260101T100000Z-0a1b2c";
const claim = {
  owner: "a/b/c",
  declaredAt: "trust_file",
  kind: "file",
  at: "",
  content: "",
  origin: "created",
} as const;

/**
 * What a deploy does to one file, under a name with everything in it that shells stumble over; gives how many files it
 * leaves beside it.
 */
async function deliver(root: string, host: HostFiles): Promise<number> {
  // GIVEN a file behind two links, in folders whose names are no friends of shells
  const folder = join(root, 'it\'s a -> "folder" $HOME `id` \\n ä\nof two lines');
  const name = "-store *?[a] ; true";
  mkdirSync(folder);
  const bytes = randomBytes(700_000);
  writeFileSync(join(folder, name), bytes, { mode: 0o640 });
  symlinkSync(join(folder, name), join(root, "link -> x"));
  symlinkSync("link -> x", join(root, "store"));
  const path = join(root, "store");
  // WHEN
  expect(await host.realPath(path)).toBe(join(folder, name));
  expect((await host.readFile(path))?.bytes.equals(bytes)).toBe(true);
  const changed = Buffer.concat([
    bytes.subarray(1),
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ]);
  await host.exclusively(path, async () => {
    await writeOwnership(host, path, { created: false, claims: { a: claim } });
    await keepBackup(host, path, runId);
    await host.replaceFile(path, changed);
    await host.replaceFile(join(root, "new/folder/file"), Buffer.from("new"), { createParents: true });
  });
  // THEN
  expect(readFileSync(join(folder, name)).equals(changed)).toBe(true);
  expect(statSync(join(folder, name)).mode & 0o7777).toBe(0o640);
  expect(readdirSync(folder).sort()).toEqual(
    [name, `${name}.${runId}.bak`, `.${name}.cdktf-trust.json`].sort(),
  );
  expect((await readOwnership(host, path)).claims).toEqual({ a: claim });
  expect((await host.listBeside(path)).map((file) => file.name).sort()).toEqual(readdirSync(folder).sort());
  expect(await host.findFile(join(root, "STORE"))).toBe(path);
  expect(statSync(join(root, "new/folder/file")).mode & 0o7777).toBe(0o600);
  expect(statSync(join(root, "new")).mode & 0o7777).toBe(0o755);
  expect(await host.removeFile(path)).toBe(true);
  expect(await host.readFile(path)).toBeUndefined();
  const codes = [join(folder, `.${name}.cdktf-trust.json`, "x"), folder].map(
    async (wrong) => (await hostFailure(() => host.readFile(wrong))).code,
  );
  expect(await Promise.all(codes)).toEqual(["not-a-directory", "is-directory"]);
  return readdirSync(folder).length;
}

const open = ({ address, connection }: SshServer): HostFiles => openHost(address, { connection });

describe.each(sampledShells.map(({ name, words }) => [name, words] as const))(
  "a machine whose sh is %s",
  (_name, words) => {
    describeSsh("over SSH", { shell: words }, (server) => {
      it("gets its files", async () => {
        await inMirror(async (root) => expect(await deliver(root, open(server()))).toBe(2));
      }, 60_000);
    });
  },
);

describe("a machine with no tool but those of POSIX", () => {
  const tools = makePosixTools();
  afterAll(() => rmSync(tools, { recursive: true }));
  describeSsh("over SSH", { path: tools, shell: ["/bin/dash"] }, (server) => {
    it("gets its files, slower", async () => {
      await inMirror(async (root) => expect(await deliver(root, open(server()))).toBe(2));
    }, 120_000);
  });
});

describe("a machine that changes bytes on their way, as between code pages", () => {
  const nonce = "0123456789abcdef01234567";
  /** Each byte that is no character of ASCII becomes another one, there and back by different tables. */
  const converter = (between: string, shell: string): string => `
    const { spawn } = require("node:child_process");
    const child = spawn("/bin/dash", ["-c", ${JSON.stringify(shell)}], { stdio: ["pipe", "pipe", "inherit"] });
    const turn = (bytes, by) => bytes.map((byte) => (byte < 128 ? byte : 128 + ((byte - 128 + by) % ${between})));
    process.stdin.on("data", (bytes) => child.stdin.write(turn(bytes, 5))).on("end", () => child.stdin.end());
    child.stdout.on("data", (bytes) => process.stdout.write(turn(bytes, 17)));
    child.on("close", (code) => process.exit(code));
  `;

  it("gets them as they are meant, and gives them so", async () => {
    const [shell] = shells;
    if (shell === undefined) throw new Error("no shell");
    const program = startShell(shell, nonce, "", (line) => converter("128", line));
    const started = await Shell.start(program, "ssh://codepage", nonce);
    await inMirror(async (root) => {
      const bytes = randomBytes(10_000);
      writeFileSync(join(root, "file"), bytes);
      const answer = await started.call("read_file", [join(root, "file"), "", 100_000]);
      const content = answer.subarray(answer.indexOf(0, answer.indexOf(0) + 1) + 1);
      expect(content.equals(bytes)).toBe(false);
      expect(started.bytesOf(content).equals(bytes)).toBe(true);
      const [, , folder = ""] = (
        await started.call("begin", [join(root, "file"), "", "0a1b2c3d4e5f", "token"])
      )
        .toString()
        .split("\0");
      await started.call("piece", [folder, "token", bytes.length], { body: bytes });
      expect(readFileSync(join(folder, "token")).equals(bytes)).toBe(true);
    });
    await started.close();
  });

  it("is refused where bytes become the same", async () => {
    const [shell] = shells;
    if (shell === undefined) throw new Error("no shell");
    const program = startShell(shell, nonce, "", (line) => converter("127", line));
    const error = await hostFailure(() => Shell.start(program, "ssh://codepage", nonce));
    expect(error.code).toBe("host-shell");
    expect(error.message).toContain("cannot be told apart");
  });
});
