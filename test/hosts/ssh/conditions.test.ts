import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { closeConnections, openHost } from "../../../lib/hosts";
import { layCable } from "../../support/cable";
import { describeSsh, isRoot } from "../kinds";
import { hostFailure, inMirror } from "../support";

const asRoot = isRoot ? describeSsh : (describe.skip as unknown as typeof describeSsh);

function run(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

asRoot("a disk (root only)", {}, (server) => {
  const old = Buffer.alloc(200_000, "b");

  /** A file system of half a megabyte with a file on it. */
  async function onDisk(action: (disk: string, file: string) => Promise<void>): Promise<void> {
    await inMirror(async (root) => {
      const disk = join(root, "disk");
      mkdirSync(disk);
      run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk);
      try {
        writeFileSync(join(disk, "store"), old);
        await action(disk, join(disk, "store"));
      } finally {
        run("umount", disk);
      }
    });
  }

  it("that is full keeps the old file, and nothing of the new one", async () => {
    await onDisk(async (disk, file) => {
      const host = openHost(server().address, { connection: server().connection });
      const error = await hostFailure(() =>
        host.exclusively(file, () => host.replaceFile(file, Buffer.alloc(1_000_000, "a"))),
      );
      expect([error.code, error.message]).toEqual([
        "no-space",
        expect.stringMatching(/no space is left.*Nothing was changed\.$/),
      ]);
      expect(readFileSync(file).equals(old)).toBe(true);
      expect(readdirSync(disk)).toEqual(["store"]);
      // AND the connection goes on
      await host.exclusively(file, () => host.replaceFile(file, old.subarray(1)));
      expect(readFileSync(file).length).toBe(old.length - 1);
    });
  });

  it("that is mounted read-only is told as such before and when it is tried", async () => {
    await onDisk(async (disk, file) => {
      run("mount", "-o", "remount,ro", disk);
      const host = openHost(server().address, { connection: server().connection });
      const said = [() => host.requireWritable(file), () => host.replaceFile(file, old)].map((action) =>
        hostFailure(action),
      );
      for (const { code } of await Promise.all(said)) expect(code).toBe("read-only");
      expect((await host.readFile(file))?.bytes.equals(old)).toBe(true);
      expect(readdirSync(disk)).toEqual(["store"]);
    });
  });
});

describeSsh("a machine far away", {}, (server) => {
  it("is worked on as any other, at its pace", async () => {
    const cable = await layCable(server().port, { delayMs: process.env["SLOW"] === "1" ? 150 : 40 });
    try {
      await inMirror(async (root) => {
        const file = join(root, "store");
        const bytes = Buffer.alloc(100_000, "a");
        const host = openHost(cable.address, { connection: server().connection });
        await host.exclusively(file, () => host.replaceFile(file, bytes));
        expect((await host.readFile(file))?.bytes.equals(bytes)).toBe(true);
        expect(await host.removeFile(file)).toBe(true);
        expect(readdirSync(root)).toEqual([]);
      });
    } finally {
      await closeConnections();
      await cable.close();
    }
  });
});

const noisyUser = "cdktf-trust-noisy";

asRoot("an account that talks (root only)", { lines: ["Banner /etc/passwd"] }, (server) => {
  beforeAll(() => {
    if (spawnSync("id", [noisyUser]).status !== 0) run("useradd", "-m", "-s", "/bin/bash", noisyUser);
    run("usermod", "-p", "*", noisyUser);
    const home = `/home/${noisyUser}`;
    mkdirSync(join(home, ".ssh"), { recursive: true });
    writeFileSync(join(home, ".ssh/rc"), "echo rc says hello; echo and complains >&2\n");
    const noise =
      "echo 'Last login: yesterday'; printf 'no line end'; head -c 200000 /dev/zero; echo odd >&2\n";
    writeFileSync(join(home, ".bashrc"), noise);
  });
  afterAll(() => void spawnSync("userdel", ["-r", noisyUser]));

  it("gets its files, byte for byte", async () => {
    await inMirror(async (root) => {
      run("chown", noisyUser, root);
      const file = join(root, "store");
      const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, index) => index % 256));
      const host = openHost(server().address, { connection: { ...server().connection, user: noisyUser } });
      await host.exclusively(file, () => host.replaceFile(file, bytes));
      expect(readFileSync(file).equals(bytes)).toBe(true);
      expect((await host.readFile(file))?.bytes.equals(bytes)).toBe(true);
      expect(readdirSync(root)).toEqual(["store"]);
    });
  });
});
